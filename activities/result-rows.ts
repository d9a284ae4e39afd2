import type { EvalResultRow } from '../config-store/types.ts';
import type { WorkResult } from '../evals/work.ts';

/** A result as the store has it. */
export function rowOfResult(runId: string, { details, ...result }: WorkResult): EvalResultRow {
  return { runId, ...result, details: { ...details } };
}

/** A result as it was stored. */
export function resultOfRow({ runId: _, details, ...row }: EvalResultRow): WorkResult {
  return { ...row, details };
}
