import { guardStage } from '../../domain/release/guard.ts';
import { query, type Db } from '../postgres/db.ts';

/** Notes that nothing valid could be measured of an open guard, and why, with the time since when. */
export async function noteGuardBlind(
  db: Db,
  { releaseId, why }: { readonly releaseId: string; readonly why: string },
): Promise<void> {
  await query(
    db,
    `update guard set blind_why = $2, blind_since = coalesce(blind_since, clock_timestamp())
     where release_id = $1 and closed_at is null and blind_why is distinct from $2`,
    [releaseId, why],
  );
}

/** Takes that note away. */
export async function clearGuardBlind(db: Db, releaseId: string): Promise<void> {
  await query(
    db,
    `update guard set blind_why = null, blind_since = null where release_id = $1 and blind_since is not null`,
    [releaseId],
  );
}

/** What is worth an alarm of a guard: one that is open, or one that took its revision back within a day. */
export interface GuardHealth {
  readonly app: string;
  readonly environment: string;
  readonly open: boolean;
  /** Since its newest look, or since it was opened; by the database's clock. */
  readonly lookAgeMs: number;
  /** For how long nothing valid could be measured. */
  readonly blindMs?: number;
  /** Since it took its revision back by itself. */
  readonly takenBackAgoMs?: number;
}

/** All such guards. */
export function readGuardHealth(db: Db): Promise<GuardHealth[]> {
  const ago = (since: string): string => `(extract(epoch from clock_timestamp() - ${since}) * 1000)::bigint`;
  return query<GuardHealth>(
    db,
    `select g.app, environment, closed_at is null as open,
       ${ago('greatest(opened_at, (select max(measured_at) from evidence e where e.release_id = g.release_id and e.stage = $1))')}
         as "lookAgeMs",
       case when closed_at is null then ${ago('blind_since')} end as "blindMs",
       case when outcome = 'rolled_back' and decided_by like 'system:%' then ${ago('closed_at')} end as "takenBackAgoMs"
     from guard g
     where closed_at is null or outcome = 'rolled_back' and closed_at > now() - interval '1 day'
     order by g.app, opened_at`,
    [guardStage],
  );
}
