import type { BatchArgs, BatchResult, LookArgs, LookResult } from '../../activities/looks/contract.ts';
import { takeLooks } from '../../activities/looks/take-looks.ts';
import { withdrawal } from '../../activities/split/operation-ids.ts';
import { guardStage } from '../../domain/release/guard.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Neighbours } from '../surroundings.ts';
import type { ActivityAttempt } from '../temporal/activities.ts';
import { requireDatabase } from './simulated.ts';

/** The product's own batch of looks, over what the simulated world shows. */
export function batchOfLooks(
  world: Neighbours,
  args: BatchArgs,
  attempt: ActivityAttempt,
): Promise<BatchResult> {
  const { store, random } = world;
  const parts = {
    signal: attempt.signal,
    nowMs: world.nowMs,
    beat: (details: unknown) => {
      attempt.beat(details);
    },
    wait: async (ms: number, signal: AbortSignal) => {
      // Half a second is how often a batch hears from Temporal.
      for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs -= 500) {
        await attempt.pause(Math.min(500, leftMs));
        attempt.beat(undefined);
      }
    },
    takeLook: async (look: LookArgs) => {
      await attempt.pause(random.between(1, 20));
      const seen = lookAt(world, look);
      const { verdict } = seen;
      if (look.stage === guardStage && verdict !== 'superseded')
        store.storeGuardLook(look.releaseId, { verdict, heldMs: look.heldMs });
      return seen;
    },
    readDue: async () => {
      await attempt.pause(random.between(1, 10));
      requireDatabase(world);
      return {
        splitVersion: store.split.version,
        state: store.release(args.releaseId).state,
        newestCommandId: store.newestCommandId(args.releaseId),
        exposed: world.exposures(args.splitVersion),
      };
    },
    withdraw: async () => {
      await attempt.pause(random.between(1, 20));
      requireDatabase(world);
      if (args.stage === guardStage) {
        store.takeBackGuarded(args.releaseId, args.splitVersion);
        return;
      }
      store.withdraw({
        ...{ releaseId: args.releaseId, firstRunId: args.firstRunId, expectedVersion: args.splitVersion },
        ...{ operationId: withdrawal(args.releaseId), ending: 'rolled_back' },
      });
    },
  };
  return takeLooks(parts, args);
}

/** What a look would find: the judge itself is not simulated, only what there is to see. */
function lookAt(world: Neighbours, args: LookArgs): LookResult {
  const { store } = world;
  requireDatabase(world);
  if (world.isBlind) throw new SluiceError('broken_measurement', 'No gateway has counted anything.');
  const candidate = world.exposures(args.splitVersion);
  const result = (verdict: LookResult['verdict'], reason: string): LookResult => ({
    ...{ verdict, reason, exposures: { candidate, stable: candidate }, guardrails: [] },
    unreadCommands: store.unapplied(args.releaseId).length > 0,
  });
  if (store.split.version !== args.splitVersion) return result('superseded', 'the split has moved');
  if (!store.renewLease(args.releaseId, args.leaseMs)) return result('superseded', 'the release has ended');
  world.judge.noteJudged(args.releaseId, args.leaseMs);
  if (world.isSeenToBeBad(args.releaseId)) {
    return args.weight === 100 ? result('alarm', 'it fails at 100 %') : result('fail', 'it fails');
  }
  if (args.promote) return { ...result('pass', 'a person says so'), lacking: 'its hold is not over' };
  const hasPassed = args.heldMs >= args.holdMs && candidate >= args.minExposures;
  // A guard has as long as it is to be held, and no longer.
  if (args.heldMs >= args.deadlineMs && !(hasPassed && args.stage === guardStage))
    return result('inconclusive', 'too few requests');
  return hasPassed ? result('pass', 'held') : result('wait', 'held so far');
}
