import { query, type Db } from '../postgres/db.ts';
import type { EvalRunRow } from './eval-run-row.ts';

export const evalRunColumns = `id, kind, release_id as "releaseId", first_evaluation_id as "firstEvaluationId", app, candidate, stable, planned, decision,
  created_at as "createdAt", decided_at as "decidedAt", expires_at as "expiresAt"`;

/** An evaluation or mirror run by its id. */
export async function readEvalRun(db: Db, id: string): Promise<EvalRunRow | undefined> {
  const [run] = await query<EvalRunRow>(db, `select ${evalRunColumns} from eval_run where id = $1`, [id]);
  return run;
}
