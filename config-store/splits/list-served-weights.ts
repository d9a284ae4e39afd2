import { query, type Db } from '../postgres/db.ts';

/** The candidate's share of those who were judged, in percent, under each split version that a release has written. */
export async function listServedWeights(db: Db, releaseId: string): Promise<Map<number, number>> {
  const rows = await query<{ readonly version: number; readonly weight: number }>(
    db,
    `select history.version,
       case when history.weight = 0 then coalesce((history.counting #>> '{audience,weight}')::float8, 0)
         else history.weight end as weight
     from release
     join split_history history using (app, environment)
     where release.id = $1 and history.release_id = release.id and history.candidate is not null`,
    [releaseId],
  );
  return new Map(rows.map(({ version, weight }) => [version, weight]));
}
