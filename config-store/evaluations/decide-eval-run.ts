import type { JsonValue } from '../../domain/json.ts';
import { json, query, type Db } from '../postgres/db.ts';
import { readEvalRun } from './read-eval-run.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { EvalRunRow } from './eval-run-row.ts';

/** Stores what a run was decided to be; a decision that is there stays, and is what this returns. */
export async function decideEvalRun(
  db: Db,
  { id, decision }: { readonly id: string; readonly decision: JsonValue },
): Promise<EvalRunRow> {
  await query(
    db,
    'update eval_run set decision = $2, decided_at = now() where id = $1 and decided_at is null',
    [id, json(decision)],
  );
  const run = await readEvalRun(db, id);
  if (run === undefined) throw new SluiceError('not_found', `There is no evaluation run ${id}.`);
  return run;
}
