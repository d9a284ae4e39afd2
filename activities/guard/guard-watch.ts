import type { GuardRow } from '../../config-store/guards/guard-row.ts';
import type { Course } from '../../domain/release/course.ts';
import { guardStage } from '../../domain/release/guard.ts';
import { blindIntervalMs } from '../../domain/release/look-interval.ts';
import type { GuardWatch } from './contract.ts';

const longestBatchMs = 5 * 60_000;
/** Once its time is over it is looked at until it has passed, or too much time has gone by: not in a hurry. */
const shortestBatchMs = 1_000;
const lateBatchMs = 15_000;

/** What of its row says where a guard is. */
export type GuardPlace = Pick<
  GuardRow,
  | 'releaseId'
  | 'closedAt'
  | 'outcome'
  | 'splitVersion'
  | 'weight'
  | 'holdMs'
  | 'ageMs'
  | 'heldMs'
  | 'nextLook'
  | 'newestCommandId'
>;

/** What the next batch of a guard's looks is about, by its row and the course of its release. */
export function guardWatch(
  guard: GuardPlace,
  { label, course }: { readonly label: string; readonly course: Course },
): GuardWatch {
  const { releaseId, closedAt, outcome, splitVersion, weight, holdMs, ageMs } = guard;
  if (closedAt !== undefined) return { kind: 'ended', ...(outcome === undefined ? {} : { outcome }) };
  const { leaseMs, maxBlindMs, steps, compare } = course;
  const { heldMs, nextLook: look, newestCommandId: seenCommandId } = guard;
  return {
    kind: 'open',
    label,
    batch: {
      ...{ releaseId, stage: guardStage, splitVersion, weight, leaseMs, seenCommandId, look },
      ...{ holdMs, deadlineMs: holdMs, heldMs, lookedAtHeldMs: heldMs, clockRuns: true },
      minExposures: (steps.at(-1) ?? compare).minExposures,
      // Only what takes it back ends a batch of its own accord: that it has passed says the store.
      ...{ holds: true, promote: false },
      blindIntervalMs: blindIntervalMs(maxBlindMs),
      forMs: batchMs(holdMs, Math.max(heldMs, ageMs - leaseMs)),
    },
  };
}

/** Until the guard's time is over, and a while at a time then. */
function batchMs(holdMs: number, passedMs: number): number {
  const leastMs = Math.max(shortestBatchMs, Math.min(lateBatchMs, holdMs / 4));
  return Math.min(longestBatchMs, Math.max(leastMs, holdMs - passedMs));
}
