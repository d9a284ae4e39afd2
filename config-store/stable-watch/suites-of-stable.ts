import type { EvaluateSettings, Plan } from '../../domain/release/plan.ts';
import type { SuiteRow } from '../apps/app-row.ts';
import { query, type Db } from '../postgres/db.ts';

/** What a revision was judged by when it became stable, and by which rule of critical cases. */
export interface SuitesOfStable {
  readonly suites: SuiteRow[];
  readonly evaluate: EvaluateSettings | 'skip' | undefined;
}

/**
 * Those of the release that made it stable, or of its first evaluation: what has been published since is for what comes
 * after it. Of a revision that neither knows, those that were published last.
 */
export async function readSuitesOfStable(
  db: Db,
  { app, revision }: { readonly app: string; readonly revision: string },
): Promise<SuitesOfStable> {
  const [found] = await query<{ readonly suites: SuiteRow[]; readonly plan?: Plan }>(
    db,
    `select suites, plan from (
       select suites, plan, closed_at as at from release where app = $1 and revision = $2 and state = 'promoted'
       union all
       select suites, plan, created_at from first_evaluation where app = $1 and revision = $2) as judged
     where jsonb_array_length(suites) > 0 order by at desc limit 1`,
    [app, revision],
  );
  if (found !== undefined) return { suites: found.suites, evaluate: found.plan?.evaluate };
  const [published] = await query<{ readonly suites?: SuiteRow[] }>(
    db,
    `select published -> 'suites' as suites from app where name = $1`,
    [app],
  );
  return { suites: published?.suites ?? [], evaluate: undefined };
}
