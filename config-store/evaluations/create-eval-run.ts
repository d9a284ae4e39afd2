import type { JsonValue } from '../../domain/json.ts';
import { json, query, queryOne, type Db } from '../postgres/db.ts';
import { evalRunColumns } from './read-eval-run.ts';
import type { EvalKind, EvalRunRow } from './eval-run-row.ts';

export interface EvalRunToCreate {
  readonly id: string;
  readonly kind: EvalKind;
  readonly releaseId?: string | undefined;
  readonly firstEvaluationId?: string | undefined;
  readonly app: string;
  readonly candidate: string;
  readonly stable?: string | undefined;
  /** The cases or pairs: nothing outside of it counts, everything inside is accounted for. */
  readonly planned: JsonValue;
  /** How long the run is kept; for ever where nothing is said. */
  readonly ttlMs?: number | undefined;
}

/** Plans a run; one that has been planned with this id stays as it is, and is what this returns. */
export async function createEvalRun(db: Db, run: EvalRunToCreate): Promise<EvalRunRow> {
  await query(
    db,
    `insert into eval_run (id, kind, release_id, app, candidate, stable, planned, expires_at, first_evaluation_id)
     values ($1, $2, $3, $4, $5, $6, $7, now() + $8::bigint * interval '1 millisecond', $9)
     on conflict (id) do nothing`,
    [
      ...[run.id, run.kind, run.releaseId, run.app, run.candidate, run.stable, json(run.planned), run.ttlMs],
      run.firstEvaluationId,
    ],
  );
  return queryOne<EvalRunRow>(db, `select ${evalRunColumns} from eval_run where id = $1`, [run.id]);
}
