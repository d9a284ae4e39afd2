import { queryOne, type Db } from '../postgres/db.ts';

/**
 * Takes a scope's own policy out of force: an app goes by that of all apps again, and all apps by what Sluice ships.
 * `reset` is false where there was none.
 */
export async function resetPolicy(
  db: Db,
  {
    scope,
    actor,
    reason,
  }: { readonly scope: string; readonly actor: string; readonly reason?: string | undefined },
): Promise<{ readonly version: number; readonly reset: boolean }> {
  const { result } = await queryOne<{
    readonly result: { readonly version: number; readonly reset: boolean };
  }>(db, 'select reset_policy($1, $2, $3) as result', [scope, actor, reason]);
  return result;
}
