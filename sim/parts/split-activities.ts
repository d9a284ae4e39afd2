import { notYet } from '../../activities/looks/failures.ts';
import {
  promotionOperation,
  releaseActor,
  stepOperation,
  withdrawal,
} from '../../activities/split/operation-ids.ts';
import { apply } from '../../domain/release/progress.ts';
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
      const raised = {
        kind: 'raised' as const,
        version: result.version,
        weight,
        atMs: atMs ?? world.nowMs(),
      };
      store.keep(releaseId, { ...kept, progress: apply(kept.progress, raised) });
      return result;
    },

    async awaitAcks(args, attempt) {
      await reach(world, attempt);
      if (store.split.version !== args.version) return { kind: 'superseded', version: store.split.version };
      const live = store.live();
      const missing = live.filter(({ ack }) => ack < args.version).map(({ id }) => id);
      if (live.length > 0 && missing.length === 0) return { kind: 'acked' };
      throw notYet(`${missing.join(', ')} to serve version ${args.version}`);
    },

    async promoteCandidate(args, attempt) {
      await reach(world, attempt);
      return store.promote({ ...args, operationId: promotionOperation(args.releaseId) });
    },

    async withdrawCandidate(args, attempt) {
      await reach(world, attempt);
      const { state } = store.release(args.releaseId);
      const { split } = store;
      const undone = state === 'promoted' || (split.candidate !== args.revision && state === 'rolling_back');
      if (undone) return { version: split.version };
      await reach(world, attempt);
      const { version } = store.rollback({
        ...{ operationId: withdrawal(args.releaseId), actor: releaseActor, ending: args.ending },
        ...{ takeOut: args.revision, condemns: args.condemns },
      });
      return { version };
    },
  };
}
