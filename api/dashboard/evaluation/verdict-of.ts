import { z } from 'zod';
import type { EvalResultRow } from '../../../config-store/evaluations/eval-run-row.ts';

const detailsSchema = z.object({ verdict: z.string().optional() });

/** What became of a call, as it is stored: what nobody could judge is an error, neither a pass nor a failure. */
export function verdictOf({
  passed,
  details,
}: Pick<EvalResultRow, 'passed' | 'details'>): 'passed' | 'failed' | 'error' {
  if (passed) return 'passed';
  const { verdict } = detailsSchema.safeParse(details).data ?? {};
  return verdict === undefined || verdict === 'failed' ? 'failed' : 'error';
}
