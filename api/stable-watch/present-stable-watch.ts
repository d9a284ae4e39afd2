import { z } from 'zod';
import type { Db } from '../../config-store/postgres/db.ts';
import { readStableWatchSpend } from '../../config-store/stable-watch/stable-watch-answers.ts';
import { readStableWatch } from '../../config-store/stable-watch/read-stable-watch.ts';
import { listStableWatchRuns } from '../../config-store/stable-watch/stable-watch-runs.ts';
import type { StableWatchRow, StableWatchRunRow } from '../../config-store/stable-watch/stable-watch-row.ts';
import { isStableWatchLate, stableWatchSettingsSchema } from '../../domain/stable-watch/stable-watch.ts';
import {
  stableWatchRunSchema,
  type StableWatch,
  type StableWatchRun,
} from '../schemas/watch/stable-watch.ts';

const targetsSchema = stableWatchRunSchema.shape.targets;

export function presentRun({ targets, ...run }: StableWatchRunRow): StableWatchRun {
  return { ...run, ...(targets === undefined ? {} : { targets: targetsSchema.parse(targets) }) };
}

/** How an app's stable revision is watched now; one of which nobody has said anything is not. */
export async function presentStableWatch(db: Db, app: string): Promise<StableWatch> {
  const [row, spent, runs] = await Promise.all([
    readStableWatch(db, app),
    readStableWatchSpend(db, app),
    listStableWatchRuns(db, { app, limit: 1 }),
  ]);
  const [newest] = runs.items;
  const shown = { spent, ...(newest === undefined ? {} : { newest: presentRun(newest) }) };
  if (row === undefined)
    return { app, enabled: false, ...stableWatchSettingsSchema.parse({}), ...shown, late: false };
  const { enabled, every, callsPerDay, usdPerDay, measuredAgoMs } = row;
  return {
    ...{ app, enabled, every, callsPerDay },
    ...(usdPerDay === undefined ? {} : { usdPerDay }),
    ...shown,
    late: enabled && isStableWatchLate({ every, agoMs: measuredAgoMs }),
    ...alarmOf(row),
  };
}

/** The alarm about what is stable now, if there is one. */
export function alarmOf(row: StableWatchRow): Pick<StableWatch, 'alarm'> {
  const { alarm: kind, alarmSays: says, alarmSince: since, alarmRun: run } = row;
  if (kind === undefined || says === undefined || since === undefined || run === undefined) return {};
  const { liftedAt, liftedBy, liftedReason } = row;
  const lifted = z
    .object({ liftedAt: z.string(), liftedBy: z.string(), liftedReason: z.string() })
    .safeParse({ liftedAt, liftedBy, liftedReason });
  return { alarm: { kind, says, since, run, holds: !lifted.success, ...lifted.data } };
}
