import { awaitedAcks } from '../../activities/split/ack-state.ts';
import {
  promotionOperation,
  releaseActor,
  stepOperation,
  withdrawal,
} from '../../activities/split/operation-ids.ts';
import { onceRaised } from '../../activities/split/widen.ts';
import { isUndone } from '../../activities/split/withdraw.ts';
import { app } from '../store/rows.ts';
import type { Neighbours } from '../surroundings.ts';
import { reach, type SimulatedActivities } from './simulated.ts';

/** What a release writes into the split, as `activities/split/` does. */
export function splitActivities(
  world: Neighbours,
): Pick<SimulatedActivities, 'writeStep' | 'awaitAcks' | 'promoteCandidate' | 'withdrawCandidate'> {
  const { store } = world;
  return {
    async writeStep(args, attempt) {
      await reach(world, attempt);
      const { releaseId, stage, weight, expectedVersion, leaseMs: ttlMs, again, kept, atMs } = args;
      const operationId = stepOperation(releaseId, stage, again);
      await reach(world, attempt);
      const result = store.raise({ releaseId, operationId, expectedVersion, weight, ttlMs });
      if (kept === undefined || result.kind !== 'written') return result;
      const { version } = result;
      store.keep(releaseId, onceRaised(kept, { version, weight, atMs: atMs ?? world.nowMs() }));
      return result;
    },

    async awaitAcks(args, attempt) {
      await reach(world, attempt);
      if (store.split.version !== args.version) return { kind: 'superseded', version: store.split.version };
      const { version } = args;
      return awaitedAcks(store.listGateways(), { app, version, askedForMs: attempt.askedForMs() });
    },

    async promoteCandidate(args, attempt) {
      await reach(world, attempt);
      const { guardMs } = world.course;
      return store.promote({ ...args, guardMs, operationId: promotionOperation(args.releaseId) });
    },

    async withdrawCandidate(args, attempt) {
      await reach(world, attempt);
      const { split } = store;
      if (isUndone(store.release(args.releaseId), split)) return { version: split.version };
      await reach(world, attempt);
      const { version } = store.rollback({
        ...{ operationId: withdrawal(args.releaseId), actor: releaseActor, ending: args.ending },
        ...{ takeOut: args.revision, condemns: args.condemns },
      });
      return { version };
    },
  };
}
