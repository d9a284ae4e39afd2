import { query, queryOne, type Db } from '../postgres/db.ts';

/** Sets how an app is watched; what is so already is neither written nor recorded. */
export async function setStableWatch(
  db: Db,
  set: {
    readonly app: string;
    readonly enabled: boolean;
    readonly every: string;
    readonly callsPerDay: number;
    readonly usdPerDay: number | undefined;
    readonly actor: string;
    readonly reason: string | undefined;
  },
): Promise<void> {
  const { app, enabled, every, callsPerDay, usdPerDay, actor, reason } = set;
  await query(db, 'select set_stable_watch($1, $2, $3, $4, $5, $6, $7)', [
    ...[app, enabled, every, callsPerDay, usdPerDay, actor, reason],
  ]);
}

/** Lets releases go on in spite of an alarm; false where there is none that holds them. */
export async function liftStableWatch(
  db: Db,
  lift: { readonly app: string; readonly actor: string; readonly reason: string },
): Promise<boolean> {
  const { lifted } = await queryOne<{ readonly lifted: boolean }>(
    db,
    'select lift_stable_watch($1, $2, $3) as lifted',
    [lift.app, lift.actor, lift.reason],
  );
  return lifted;
}

/** Notes what the schedule of an app's watch was seen to be made from; absent: that there is none. */
export async function noteSchedule(
  db: Db,
  { app, scheduled }: { readonly app: string; readonly scheduled: string | undefined },
): Promise<void> {
  await query(db, 'update stable_watch set scheduled = $2, scheduled_at = clock_timestamp() where app = $1', [
    app,
    scheduled,
  ]);
}
