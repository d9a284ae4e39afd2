import { queryOne, type Db } from './db.ts';

/**
 * Was this revision found bad and taken out of an environment, and not promoted by a later release? Releasing it once more
 * needs to be said (`--retry`).
 */
export async function wasTakenBack(
  db: Db,
  { app, environment, revision }: { app: string; environment: string; revision: string },
): Promise<boolean> {
  const { taken } = await queryOne<{ taken: boolean }>(
    db,
    `select coalesce(max(version) filter (where $3 = any (took_out) and condemns), 0)
       > coalesce(max(version) filter (where kind in ('create', 'promote') and stable = $3), 0) as taken
     from split_history where app = $1 and environment = $2`,
    [app, environment, revision],
  );
  return taken;
}
