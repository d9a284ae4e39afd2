import { query, type Db } from '../postgres/db.ts';
import type { EvalResultRow } from './eval-run-row.ts';

/** What is accounted for of a run, in the order of its keys. */
export function readEvalResults(db: Db, runId: string): Promise<EvalResultRow[]> {
  return query<EvalResultRow>(
    db,
    `select run_id as "runId", case_id as "caseId", revision, target, repeat, score, passed, error,
       latency_ms as "latencyMs", cost_usd as "costUsd", details
     from eval_result where run_id = $1 order by case_id, revision, target, repeat`,
    [runId],
  );
}
