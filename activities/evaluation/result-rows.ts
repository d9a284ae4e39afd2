import type { EvalResultRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { JsonValue } from '../../domain/json.ts';
import { callVerdicts, isKnown, type CallVerdict, type WorkResult } from '../../evals/run/work.ts';
import { asJson } from './stored-gate.ts';

/** A result as the store has it: what is not known is no pass, and `details` say what it is. */
export function rowOfResult(runId: string, { details, verdict, ...result }: WorkResult): EvalResultRow {
  const unknown = isKnown({ verdict }) ? {} : { verdict };
  return {
    runId,
    ...result,
    passed: verdict === 'passed',
    details: asJson({ ...details, ...unknown }),
  };
}

/**
 * Results as they were stored. Versions of before kept a provider's outage as a result; it is nobody's, and what it was
 * about is asked again.
 */
export function resultsOfRows(rows: readonly EvalResultRow[]): WorkResult[] {
  return rows.map(resultOfRow).filter(({ details }) => details.fault === undefined);
}

function resultOfRow({ runId: _, details, passed, ...row }: EvalResultRow): WorkResult {
  const { verdict, ...rest } = details;
  return { ...row, verdict: storedVerdict(verdict, passed), details: rest };
}

/** Rows of before there were four verdicts have `passed` alone. */
function storedVerdict(stored: JsonValue | undefined, passed: boolean): CallVerdict {
  return callVerdicts.find((each) => each === stored) ?? (passed ? 'passed' : 'failed');
}
