import { query, type Db } from '../postgres/db.ts';

/** An evaluation of an app's first revision that has not come to its end. */
export interface UndecidedEvaluation {
  readonly id: string;
  readonly app: string;
  readonly label: string;
  readonly restarts: number;
}

const most = 100;

/** Evaluations of first revisions of the last day that no gate has decided yet: they run, or have failed. */
export function listUndecidedEvaluations(db: Db): Promise<UndecidedEvaluation[]> {
  return query<UndecidedEvaluation>(
    db,
    `select first.id, first.app, revision.label, first.restarts
     from first_evaluation first
     join revision on revision.app = first.app and revision.digest = first.revision
     where first.created_at > now() - interval '1 day' and not exists (
       select from eval_run run where run.first_evaluation_id = first.id and run.decision is not null)
     order by first.created_at desc limit $1`,
    [most],
  );
}
