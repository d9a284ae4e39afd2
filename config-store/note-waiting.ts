import { query, type Db } from './db.ts';

/** Notes what an open release waits for, with the time since when it has; the next valid look takes the note away. */
export async function noteWaiting(
  db: Db,
  { releaseId, waitingFor }: { releaseId: string; waitingFor: string },
): Promise<void> {
  await query(
    db,
    `with changed as (
       update release set waiting_for = $2, waiting_since = coalesce(waiting_since, now())
       where id = $1 and closed_at is null and waiting_for is distinct from $2 returning id)
     select pg_notify('sluice_release', id) from changed`,
    [releaseId, waitingFor],
  );
}
