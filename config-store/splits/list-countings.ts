import type { Counting } from '../../domain/split/split.ts';
import { query, type Db } from '../postgres/db.ts';

/** How requests counted under each split version that a release, or its guard, has dealt by. */
export async function listCountings(db: Db, releaseId: string): Promise<Map<number, Counting>> {
  const rows = await query<{ readonly version: number; readonly counting: Counting }>(
    db,
    `select h.version, coalesce(h.counting, g.counting) as counting
     from release r join split_history h on h.app = r.app and h.environment = r.environment and h.release_id = r.id
       left join guard g on g.release_id = r.id and g.split_version = h.version
     where r.id = $1 and coalesce(h.counting, g.counting) is not null`,
    [releaseId],
  );
  return new Map(rows.map(({ version, counting }) => [version, counting]));
}
