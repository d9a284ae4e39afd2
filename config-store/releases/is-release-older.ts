import { queryOne, type Db } from '../postgres/db.ts';

/** Was a release made longer ago than that, by the clock that says when it was made? */
export async function isReleaseOlder(db: Db, releaseId: string, ageMs: number): Promise<boolean> {
  const { isOlder } = await queryOne<{ readonly isOlder: boolean }>(
    db,
    `select exists (
       select from release where id = $1 and created_at <= clock_timestamp() - $2::bigint * interval '1 millisecond') as "isOlder"`,
    [releaseId, ageMs],
  );
  return isOlder;
}
