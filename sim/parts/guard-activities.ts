import { guardWatch } from '../../activities/guard/guard-watch.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Neighbours } from '../surroundings.ts';
import { reach, type SimulatedActivities } from './simulated.ts';

/** What watches a revision that has just become stable, as `activities/guard/` does. */
export function guardActivities(
  world: Neighbours,
): Pick<SimulatedActivities, 'watchGuard' | 'closeGuard' | 'takeBackGuarded'> {
  const { store, course } = world;
  return {
    async watchGuard({ releaseId }, attempt) {
      await reach(world, attempt);
      const guard = store.guards.find((each) => each.releaseId === releaseId);
      if (guard === undefined) throw new SluiceError('not_found', `Release ${releaseId} has no guard.`);
      const { closedMs, outcome, looks, openedMs, ...row } = guard;
      const place = {
        ...row,
        ...(closedMs === undefined ? {} : { closedAt: new Date(closedMs).toISOString() }),
        ...(outcome === undefined ? {} : { outcome }),
        ageMs: world.nowMs() - openedMs,
        heldMs: looks.at(-1)?.heldMs ?? 0,
        nextLook: looks.length,
        newestCommandId: store.newestCommandId(releaseId),
      };
      return guardWatch(place, { label: guard.revision, course });
    },

    async closeGuard({ releaseId }, attempt) {
      await reach(world, attempt);
      store.closeGuard(releaseId);
    },

    async takeBackGuarded({ releaseId, splitVersion }, attempt) {
      await reach(world, attempt);
      store.takeBackGuarded(releaseId, splitVersion);
    },
  };
}
