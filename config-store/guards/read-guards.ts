import { query, type Db } from '../postgres/db.ts';
import type { GuardRow } from './guard-row.ts';

const guardSql = `select release_id as "releaseId", g.app, environment, former, r.label as "formerLabel", weight,
    split_version as "splitVersion", hold_ms as "holdMs", opened_at as "openedAt",
    opened_at + hold_ms * interval '1 millisecond' as "dueAt", closed_at as "closedAt", outcome, reason,
    decided_by as "decidedBy", closed_by as "closedBy", undecided, blind_why as "blindWhy",
    (extract(epoch from clock_timestamp() - opened_at) * 1000)::bigint as "ageMs",
    (extract(epoch from clock_timestamp() - looked.at) * 1000)::bigint as "lookAgeMs",
    looked."heldMs", looked."nextLook",
    (select coalesce(max(id), 0) from command where release_id = g.release_id) as "newestCommandId"
  from guard g join revision r on r.app = g.app and r.digest = g.former
    cross join lateral (select max(measured_at) as at, coalesce(max(look) + 1, 0) as "nextLook",
        coalesce(sum((counts ->> 'elapsedMs')::numeric), 0)::bigint as "heldMs"
      from evidence e where e.release_id = g.release_id and e.stage = 'guard') looked`;

/** The guard of a release; undefined where it has had none. */
export async function readGuard(db: Db, releaseId: string): Promise<GuardRow | undefined> {
  const [row] = await query<GuardRow>(db, `${guardSql} where release_id = $1`, [releaseId]);
  return row;
}

/** The guard that the start of a release has closed; undefined where there was none. */
export async function readClosedBy(db: Db, releaseId: string): Promise<GuardRow | undefined> {
  const [row] = await query<GuardRow>(db, `${guardSql} where closed_by = $1`, [releaseId]);
  return row;
}

/** The guard that is open in an environment of an app; undefined where there is none. */
export async function readOpenGuard(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<GuardRow | undefined> {
  const [row] = await query<GuardRow>(
    db,
    `${guardSql} where g.app = $1 and environment = $2 and closed_at is null`,
    [app, environment],
  );
  return row;
}

/** All that are open. */
export function listOpenGuards(db: Db): Promise<GuardRow[]> {
  return query<GuardRow>(db, `${guardSql} where closed_at is null order by opened_at`);
}
