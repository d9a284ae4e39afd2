import { json, query, queryOne, type Db } from '../postgres/db.ts';
import { firstEvaluationColumns } from './read-first-evaluation.ts';
import type { FirstEvaluationRow } from './eval-run-row.ts';

/** Keeps what an app's first revision is to be judged by; the same id again gives what it was the first time. */
export async function createFirstEvaluation(
  db: Db,
  { id, app, revision, planName, plan, suites, actor }: Omit<FirstEvaluationRow, 'createdAt' | 'waitingFor'>,
): Promise<FirstEvaluationRow> {
  await query(
    db,
    `insert into first_evaluation (id, app, revision, plan_name, plan, suites, actor)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [id, app, revision, planName, json(plan), json(suites), actor],
  );
  return queryOne<FirstEvaluationRow>(
    db,
    `select ${firstEvaluationColumns} from first_evaluation where id = $1`,
    [id],
  );
}
