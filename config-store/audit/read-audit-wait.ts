import { queryOne, type Db } from '../postgres/db.ts';

/** How long the oldest audit entry has waited for its place in the chain, in seconds; 0 where none waits. */
export async function readAuditWait(db: Db): Promise<number> {
  const { seconds } = await queryOne<{ readonly seconds: number }>(
    db,
    `select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 as seconds
     from audit_entry where position is null`,
  );
  return seconds;
}
