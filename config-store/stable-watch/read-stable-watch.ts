import { query, type Db } from '../postgres/db.ts';
import type { StableWatchRow } from './stable-watch-row.ts';

const holds = 'alarm_revision = stable';
const ifHolds = (column: string): string => `case when ${holds} then ${column} end`;

const watchSql = `select w.app, enabled, every, calls_per_day as "callsPerDay", usd_per_day::float8 as "usdPerDay",
    scheduled, (extract(epoch from clock_timestamp() - scheduled_at) * 1000)::bigint as "scheduleAgeMs",
    ${ifHolds('alarm')} as alarm, ${ifHolds('alarm_says')} as "alarmSays", ${ifHolds('alarm_since')} as "alarmSince",
    ${ifHolds('alarm_run')} as "alarmRun", ${ifHolds('lifted_at')} as "liftedAt",
    ${ifHolds('lifted_by')} as "liftedBy", ${ifHolds('lifted_reason')} as "liftedReason",
    (extract(epoch from clock_timestamp() - greatest(changed_at,
      (select max(closed_at) from stable_watch_run r where r.app = w.app and outcome <> 'unclear'))) * 1000)::bigint
      as "measuredAgoMs"
  from stable_watch w left join split s on s.app = w.app and s.environment = 'production'`;

/** How an app is watched; undefined where nobody has ever said. */
export async function readStableWatch(db: Db, app: string): Promise<StableWatchRow | undefined> {
  const [row] = await query<StableWatchRow>(db, `${watchSql} where w.app = $1`, [app]);
  return row;
}

/** All that somebody has said something of. */
export function listStableWatches(db: Db): Promise<StableWatchRow[]> {
  return query<StableWatchRow>(db, `${watchSql} order by w.app`);
}
