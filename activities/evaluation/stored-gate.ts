import { z } from 'zod';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { GateResult } from './contract.ts';
import { requireStored } from '../looks/required-rows.ts';

const decisionSchema = z.looseObject({
  gate: z.strictObject({
    outcome: z.enum(['pass', 'fail', 'inconclusive']),
    summary: z.string(),
    evidenceDigest: z.string(),
  }),
});

/** The gate of a run that has been decided: what was stored first holds, however often it is decided. */
export function storedGate(run: EvalRunRow): GateResult {
  return requireStored(run, 'decision', decisionSchema).gate;
}

/** An object as JSON has it; infinite bounds (nothing to compare yet) have no number there and become null. */
export function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject; // an object without toJSON is written as one
}
