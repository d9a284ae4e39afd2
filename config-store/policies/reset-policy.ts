import { queryOne, type Db } from '../postgres/db.ts';

/**
 * Takes a scope's own policy out of force: an app goes by that of all apps again, and all apps by what Sluice ships.
 * `reset` is false where there was none.
 */
export async function resetPolicy(
  db: Db,
  { scope, actor, reason }: { scope: string; actor: string; reason?: string | undefined },
): Promise<{ version: number; reset: boolean }> {
  const { result } = await queryOne<{ result: { version: number; reset: boolean } }>(
    db,
    'select reset_policy($1, $2, $3) as result',
    [scope, actor, reason],
  );
  return result;
}
