import { storable } from '../../domain/text/storable.ts';
import { json, query, type Db } from '../postgres/db.ts';
import type { EvalResultRow } from './eval-run-row.ts';

/**
 * Accounts for cases; one that is accounted for stays as it is, but for what a version of before has written of a
 * provider's outage, which is no result. Gives the number of new ones.
 */
export async function insertEvalResults(db: Db, results: readonly EvalResultRow[]): Promise<number> {
  const inserted = await query(
    db,
    `insert into eval_result (run_id, case_id, revision, target, repeat, score, passed, error, latency_ms, cost_usd, details)
     select "runId", "caseId", revision, target, repeat, score, passed, error, "latencyMs", "costUsd", details
     from jsonb_to_recordset($1) as row ("runId" text, "caseId" text, revision text, target smallint,
       repeat smallint, score real, passed boolean, error text, "latencyMs" real, "costUsd" real, details jsonb)
     on conflict (run_id, case_id, revision, target, repeat) do update set score = excluded.score,
       passed = excluded.passed, error = excluded.error, latency_ms = excluded.latency_ms,
       cost_usd = excluded.cost_usd, details = excluded.details
     where eval_result.details ? 'fault' returning run_id`,
    [json(storable(results))],
  );
  return inserted.length;
}
