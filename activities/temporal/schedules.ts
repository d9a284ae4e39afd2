import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
} from '@temporalio/client';
import { digestOf } from '../../domain/revision/digest.ts';

/** What Temporal starts again and again. */
export interface RepeatedStart {
  readonly scheduleId: string;
  readonly everyMs: number;
  readonly workflowType: string;
  /** Temporal puts the time behind it. */
  readonly workflowId: string;
  readonly argument: Readonly<Record<string, string>>;
  /** How long a run may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly summary: string;
  readonly taskQueue: string;
}

/** Where the digest of what a schedule was made from stands in it. */
const memoKey = 'sluice';

/** Names what a schedule is made from: another one has to be made anew. */
export function scheduleDigest(repeated: RepeatedStart): string {
  return digestOf({ ...repeated, argument: { ...repeated.argument }, form: 1 });
}

/**
 * Sees to it that Temporal has a schedule: made where there is none, changed where it was made from something else, left as
 * it is otherwise, a person's pause of it as well. Returns what there was to do.
 */
export async function putSchedule(
  client: Client,
  repeated: RepeatedStart,
): Promise<'made' | 'changed' | 'kept'> {
  const handle = client.schedule.getHandle(repeated.scheduleId);
  try {
    const { memo } = await handle.describe();
    if (memo?.[memoKey] === scheduleDigest(repeated)) return 'kept';
    // Its memo cannot be changed.
    await handle.delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    return make(client, repeated, 'made');
  }
  return make(client, repeated, 'changed');
}

async function make<Done extends 'made' | 'changed'>(
  client: Client,
  repeated: RepeatedStart,
  done: Done,
): Promise<Done | 'kept'> {
  const { scheduleId, everyMs, workflowType, workflowId, argument, timeoutMs, summary, taskQueue } = repeated;
  try {
    await client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: everyMs }], jitter: jitterMs(everyMs) },
      action: {
        ...{ type: 'startWorkflow' as const, workflowType, workflowId, taskQueue, args: [argument] },
        ...{ workflowExecutionTimeout: timeoutMs, staticSummary: summary },
      },
      // One at a time; and what was missed while Temporal was away tells nothing of now.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
      memo: { [memoKey]: scheduleDigest(repeated) },
    });
  } catch (error) {
    // Another process was quicker.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    return 'kept';
  }
  return done;
}

/** Not all apps of a Temporal at the same second. */
function jitterMs(everyMs: number): number {
  return Math.min(60_000, Math.floor(everyMs / 10));
}

/** Takes a schedule away, if there is one. */
export async function dropSchedule(client: Client, scheduleId: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    return false;
  }
}
