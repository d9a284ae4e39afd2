import type { Pool } from 'pg';
import { closeGuard, takeBackGuarded } from '../../config-store/guards/end-guard.ts';
import type { GuardRow } from '../../config-store/guards/guard-row.ts';
import { readGuard } from '../../config-store/guards/read-guards.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { guardStage } from '../../domain/release/guard.ts';
import { blindIntervalMs } from '../../domain/release/look-interval.ts';
import { withFailures } from '../looks/failures.ts';
import { courseOf } from '../looks/judging/course.ts';
import { releaseActor } from '../split/operation-ids.ts';
import type { GuardActivities, GuardWatch } from './contract.ts';

const longestBatchMs = 5 * 60_000;
/** Once its time is over it is looked at until it has passed, or too much time has gone by: not in a hurry. */
const shortestBatchMs = 1_000;
const lateBatchMs = 15_000;

/** What watches a revision that has just become stable, for as long as a part of the subjects stays on the former one. */
export function createGuardActivities({ db }: { readonly db: Pool }): GuardActivities {
  return withFailures<GuardActivities>({
    async watchGuard({ releaseId }) {
      const guard = await readGuard(db, releaseId);
      if (guard === undefined) {
        throw new SluiceError('not_found', `Release ${releaseId} has no guard.`, {
          remedy: 'Its plan says whether it has: guard.',
        });
      }
      return watchOf(guard, await requireRelease(db, releaseId));
    },
    async closeGuard({ releaseId }) {
      await closeGuard(db, { releaseId, actor: releaseActor });
    },
    async takeBackGuarded({ releaseId, splitVersion: expectedVersion, reason }) {
      await takeBackGuarded(db, { releaseId, expectedVersion, reason, actor: releaseActor });
    },
  });
}

function watchOf(guard: GuardRow, { plan, label }: Pick<ReleaseRow, 'plan' | 'label'>): GuardWatch {
  const { releaseId, closedAt, outcome, splitVersion, weight, holdMs, ageMs } = guard;
  if (closedAt !== undefined) return { kind: 'ended', ...(outcome === undefined ? {} : { outcome }) };
  const { leaseMs, maxBlindMs, steps, compare } = courseOf(plan);
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
