import type { EvalResultRow } from '../config-store/types.ts';
import type { JsonValue } from '../domain/json.ts';
import { callVerdicts, isKnown, type CallVerdict, type WorkResult } from '../evals/work.ts';

/** A result as the store has it: what is not known is no pass, and `details` say what it is. */
export function rowOfResult(runId: string, { details, verdict, ...result }: WorkResult): EvalResultRow {
  const unknown = isKnown({ verdict }) ? {} : { verdict };
  return { runId, ...result, passed: verdict === 'passed', details: { ...details, ...unknown } };
}

/** A result as it was stored. */
export function resultOfRow({ runId: _, details, passed, ...row }: EvalResultRow): WorkResult {
  const { verdict, ...rest } = details;
  return { ...row, verdict: storedVerdict(verdict, passed), details: rest };
}

/** Rows of before there were four verdicts have `passed` alone. */
function storedVerdict(stored: JsonValue | undefined, passed: boolean): CallVerdict {
  return callVerdicts.find((each) => each === stored) ?? (passed ? 'passed' : 'failed');
}
