import { query, type Db } from '../postgres/db.ts';

/**
 * Digests of the revisions that a rollback may go back to, the one that served last first: made stable by a release,
 * or as the first, and not taken out since (invariant 8). The one that is stable now is among them.
 */
export async function readFormerStables(
  db: Db,
  { app, environment }: { app: string; environment: string },
): Promise<string[]> {
  const rows = await query<{ revision: string }>(db, 'select revision from former_stables($1, $2)', [
    app,
    environment,
  ]);
  return rows.map(({ revision }) => revision);
}
