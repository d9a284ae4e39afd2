import { z } from 'zod';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { JsonValue } from '../../domain/json.ts';
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

/** A value as JSON has it; infinite bounds (nothing to compare yet) have no number there and become null. */
export function asJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
