import { query, type Db } from '../postgres/db.ts';
import { firstEvaluationColumns } from './read-first-evaluation.ts';
import type { PassedEvaluation } from './eval-run-row.ts';

const most = 20;

/** The newest evaluations that a revision has passed as an app's first one, by what the server measured. */
export function listPassedEvaluations(
  db: Db,
  { app, revision }: { readonly app: string; readonly revision: string },
): Promise<PassedEvaluation[]> {
  return query<PassedEvaluation>(
    db,
    `select ${firstEvaluationColumns}, gate->>'summary' as summary, gate->>'evidenceDigest' as "evidenceDigest"
     from first_evaluation first, lateral (
       select decision->'gate' as gate from eval_run run
       where run.first_evaluation_id = first.id and run.kind = 'evaluation' and run.app = first.app
         and run.candidate = first.revision) decided
     where app = $1 and revision = $2 and gate->>'outcome' = 'pass'
     order by created_at desc limit $3`,
    [app, revision, most],
  );
}
