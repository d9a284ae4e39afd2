import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { scheduleDigest, type RepeatedStart } from '../../activities/temporal/schedules.ts';
import type { TemporalView } from '../../activities/temporal/temporal-view.ts';
import { listStableWatches } from '../../config-store/stable-watch/read-stable-watch.ts';
import { noteSchedule } from '../../config-store/stable-watch/set-stable-watch.ts';
import type { StableWatchRow } from '../../config-store/stable-watch/stable-watch-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { durationMs } from '../../domain/duration.ts';
import { stableWatchScheduleId } from '../../domain/stable-watch/stable-watch.ts';
import { stableWatchStart, stableWatchTimeoutMs, stableWatchWorkflowType } from '../../workflows/messages.ts';

export interface KeepSchedulesParts {
  readonly db: Pool;
  readonly temporal: Pick<TemporalView, 'putSchedule' | 'dropSchedule'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly taskQueue: string;
}

/** One that Temporal has lost is missed for so long at most. */
const lookAgainMs = 60_000;

/**
 * Sees to it that Temporal has the schedule of each app whose stable revision is watched, as it was set, and of no other.
 * What is so is looked at once a minute; what was set since, at once.
 */
export async function keepSchedules(parts: KeepSchedulesParts): Promise<void> {
  for (const watch of await listStableWatches(parts.db)) {
    try {
      await keepSchedule(parts, watch);
    } catch (error) {
      // No other one could be asked for either, and each would take its time.
      if (error instanceof SluiceError && error.code === 'unreachable') throw error;
      parts.log.warn({ app: watch.app, err: error }, 'the schedule of a stable watch could not be kept');
    }
  }
}

async function keepSchedule(
  { db, temporal, log, taskQueue }: KeepSchedulesParts,
  watch: StableWatchRow,
): Promise<void> {
  const { app, enabled, every } = watch;
  const repeated = repeatedStart({ app, every, taskQueue });
  const wanted = enabled ? scheduleDigest(repeated) : undefined;
  if (!isDue(watch, wanted)) return;
  if (enabled) {
    const done = await temporal.putSchedule(repeated);
    if (done !== 'kept') log.info({ app, every }, `the schedule of a stable watch was ${done}`);
  } else if (await temporal.dropSchedule(repeated.scheduleId)) {
    log.info({ app }, 'the schedule of a stable watch was taken away');
  }
  await noteSchedule(db, { app, scheduled: wanted });
}

function repeatedStart(
  watch: Pick<StableWatchRow, 'app' | 'every'> & { readonly taskQueue: string },
): RepeatedStart {
  const { app, every, taskQueue } = watch;
  const { workflowId, staticSummary } = stableWatchStart({ app });
  return {
    ...{ scheduleId: stableWatchScheduleId(app), everyMs: durationMs(every) },
    ...{ workflowType: stableWatchWorkflowType, workflowId, argument: { app }, taskQueue },
    ...{ timeoutMs: stableWatchTimeoutMs, summary: staticSummary },
  };
}

function isDue({ scheduled, scheduleAgeMs }: StableWatchRow, wanted: string | undefined): boolean {
  return scheduled !== wanted || scheduleAgeMs === undefined || scheduleAgeMs >= lookAgainMs;
}
