import { query, type Db } from '../postgres/db.ts';

/**
 * Lets a candidate be served for another while, after a valid measurement. Not once its release is rolling back or
 * has ended: then `renewed` is false.
 */
export async function renewLease(
  db: Db,
  {
    app,
    environment,
    releaseId,
    ttlMs,
  }: { app: string; environment: string; releaseId: string; ttlMs: number },
): Promise<{ renewed: boolean }> {
  const rows = await query(
    db,
    `insert into lease (app, environment, release_id, ttl_ms)
     select app, environment, id, $4 from release
     where id = $3 and app = $1 and environment = $2 and state in ('progressing', 'paused') for share
     on conflict (app, environment) do update
       set release_id = excluded.release_id, ttl_ms = excluded.ttl_ms, renewed_at = now()
     returning app`,
    [app, environment, releaseId, ttlMs],
  );
  return { renewed: rows.length > 0 };
}
