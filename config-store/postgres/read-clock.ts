import { queryOne, type Db } from './db.ts';

/** What time it is at the database: ISO 8601, UTC. */
export async function readClock(db: Db): Promise<string> {
  const row = await queryOne<{ readonly at: string }>(
    db,
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
  );
  return row.at;
}
