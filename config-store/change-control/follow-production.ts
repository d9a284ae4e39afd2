import { messageOf } from '../../domain/errors.ts';
import { query, type Db } from '../postgres/db.ts';

/** What an environment did about production's stable revision. */
export interface FollowedStable {
  readonly app: string;
  readonly environment: string;
  /** Digest of the revision that is stable in production. */
  readonly stable: string;
  /** `kept`: it serves what it served before. */
  readonly outcome: 'followed' | 'kept';
  readonly reason: string;
  readonly at: string;
}

/**
 * Makes production's stable revision that of the app's other environments, once for each change of it. Where one
 * cannot follow, the reason is noted and the reconciler tries again.
 */
export async function followProduction(
  db: Db,
  { app, actor }: { readonly app: string; readonly actor: string },
): Promise<void> {
  await query(db, 'select follow_production($1, $2)', [app, actor]);
}

/**
 * The same after a change of production that has committed: a failure here must not make that look undone. It is
 * reported as a warning, and the reconciler repeats it.
 */
export async function followAfterCommit(
  db: Db,
  change: { readonly app: string; readonly actor: string },
): Promise<void> {
  try {
    await followProduction(db, change);
  } catch (error) {
    process.emitWarning(
      `Other environments of ${change.app} do not follow production yet: ${messageOf(error)}`,
      'SluiceFollowWarning',
    );
  }
}

/** Apps of which an environment has production's stable revision still to follow. */
export async function listBehind(db: Db): Promise<string[]> {
  const rows = await query<{ readonly app: string }>(
    db,
    `select distinct app from split where environment <> 'production' and is_behind(split) order by app`,
  );
  return rows.map(({ app }) => app);
}

/** What the environments of some apps did about production's stable revision, by their names. */
export function listFollowed(
  db: Db,
  { apps }: { readonly apps: readonly string[] },
): Promise<FollowedStable[]> {
  return query<FollowedStable>(
    db,
    `select app, environment, stable, outcome, reason, at from followed_stable where app = any ($1)
     order by app, environment`,
    [apps],
  );
}
