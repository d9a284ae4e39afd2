import { query, type Db } from '../postgres/db.ts';
import type { FirstEvaluationRow } from './eval-run-row.ts';

export const firstEvaluationColumns = `id, app, revision, plan_name as "planName", plan, suites, actor,
  created_at as "createdAt", waiting_for as "waitingFor"`;

/** The evaluation of an app's first revision, by its id. */
export async function readFirstEvaluation(db: Db, id: string): Promise<FirstEvaluationRow | undefined> {
  const [row] = await query<FirstEvaluationRow>(
    db,
    `select ${firstEvaluationColumns} from first_evaluation where id = $1`,
    [id],
  );
  return row;
}
