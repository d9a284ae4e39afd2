import { randomUUID } from 'node:crypto';
import type { BatchArgs, BatchResult } from '../../activities/looks/contract.ts';
import type { Step } from '../../domain/release/course.ts';
import { useReleaseRunner, type ReleaseHandle } from '../test-fixtures/release-runner.ts';
import { look, scriptActivities } from '../test-fixtures/scripted-activities.ts';

const runner = useReleaseRunner();
const minute = 60_000;
/** A batch that decides nothing ends after five minutes (activities/looks/take-looks.test.ts). */
const batchMs = 5 * minute;

const step = (stage: string, weight: number): Step => ({
  ...{ stage, weight, holdMs: 30 * minute, minExposures: 50, bake: weight === 95 },
});

/** A batch as it ends after five minutes of quiet, or with the end of the hold; without the minutes. */
function quickBatch(args: BatchArgs): Promise<BatchResult> {
  const heldMs = Math.min(args.holdMs, args.heldMs + batchMs);
  const isHeld = args.clockRuns && heldMs >= args.holdMs;
  return Promise.resolve({
    ...{ ended: isHeld ? 'decided' : 'over', last: look(isHeld ? 'pass' : 'wait') },
    ...{ look: args.look + batchMs / 15_000, lookedAtHeldMs: heldMs, newestCommandId: 0 },
    heldMs: args.clockRuns ? heldMs : args.heldMs,
  });
}

async function eventsOf(handle: ReleaseHandle) {
  await handle.result();
  const { events } = await handle.fetchHistory();
  return events ?? [];
}

/** Numbers of the events that begin a batch. */
function batchStarts(events: Awaited<ReturnType<typeof eventsOf>>): number[] {
  return events.flatMap((event, index) =>
    event.activityTaskScheduledEventAttributes?.activityType?.name === 'takeLooks' ? [index] : [],
  );
}

it('keeps histories small: 3 x 30 minutes in 2,500 events, 24 hours in 6,000', async () => {
  const app = `app-${randomUUID().slice(0, 8)}`;
  const steps = [step('canary-5', 5), step('canary-25', 25), step('canary-100', 95)];
  const script = scriptActivities({
    app,
    course: { steps },
    activities: () => ({ takeLooks: quickBatch }),
  });
  const events = await runner.run(script.activities, { app }, eventsOf);
  const starts = batchStarts(events);
  expect(starts.length).toBeGreaterThanOrEqual(3 * 6);
  expect(events.length).toBeLessThan(2_500);
  // The middle one of five: where the machine is busy Temporal gives a task of one of them out again.
  const [, , perBatch = Infinity] = starts
    .slice(2, 7)
    .map((at, i) => at - (starts[i + 1] ?? 0))
    .sort((a, b) => a - b);
  expect(perBatch).toBeLessThanOrEqual(8);
  const inADay = (24 * 60 * minute) / batchMs;
  expect(events.length + inADay * perBatch).toBeLessThan(6_000);
});
