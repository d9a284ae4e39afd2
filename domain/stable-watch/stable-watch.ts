import { z } from 'zod';
import { durationMs, durationWithin } from '../duration.ts';

/** How often, and at what cost at most, an app's stable revision is asked its critical cases. */
export const stableWatchSettingsSchema = z.strictObject({
  every: durationWithin('1m', '7d').default('30m'),
  callsPerDay: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .meta({ description: 'Questions to models in 24 hours; a run that would ask more is not begun' }),
  usdPerDay: z
    .number()
    .gt(0)
    .max(100_000)
    .optional()
    .meta({ description: 'What their answers may cost in 24 hours, at the prices of the bindings' }),
});

/** What a run of the stable watch has found. */
export const stableWatchOutcomes = [
  'good', // every critical case passes on every target
  'changed', // and a target answers by a model that it has never named before
  'broken', // critical cases fail on a target, or its provider refuses the model or the key
  'unclear', // not everything could be asked or judged: neither good nor broken
] as const;
export type StableWatchOutcome = (typeof stableWatchOutcomes)[number];

/** What freezes raises until a good run, or a person, ends it. */
export type StableWatchAlarm = Extract<StableWatchOutcome, 'broken' | 'changed'>;

/** The Temporal workflow of an app's stable watch; one that a schedule starts has its time behind this. */
export function stableWatchWorkflowId(app: string): string {
  return `stable-watch/${app}`;
}

/** The run that a workflow of it is, by that one's run id. */
export function stableWatchRunId(firstExecutionRunId: string): string {
  return `watch_${firstExecutionRunId}`;
}

/** The Temporal Schedule that starts it. */
export function stableWatchScheduleId(app: string): string {
  return `stable-watch/${app}`;
}

/** A watch that has measured nothing for so long has missed several of its times, and says so. */
export function isStableWatchLate({
  every,
  agoMs,
}: {
  readonly every: string;
  readonly agoMs: number;
}): boolean {
  return agoMs > 3 * durationMs(every) + graceMs;
}

const graceMs = 5 * 60_000;
