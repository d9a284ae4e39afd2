import { query, type Db } from '../postgres/db.ts';
import type { LeaseRow } from '../splits/split-row.ts';

/** The lease of an app's candidate in an environment, run out or not. */
export async function readLease(
  db: Db,
  { app, environment }: { app: string; environment: string },
): Promise<LeaseRow | undefined> {
  const [lease] = await query<LeaseRow>(
    db,
    `select app, environment, release_id as "releaseId", ttl_ms as "ttlMs",
       (extract(epoch from clock_timestamp() - renewed_at) * 1000)::bigint as "ageMs"
     from lease where app = $1 and environment = $2`,
    [app, environment],
  );
  return lease;
}
