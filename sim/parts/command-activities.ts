import { releaseActor } from '../../activities/split/operation-ids.ts';
import type { Neighbours } from '../surroundings.ts';
import { reach, type SimulatedActivities } from './simulated.ts';

/** What people decide, as `activities/release/` reads it. */
export function commandActivities(
  world: Neighbours,
): Pick<
  SimulatedActivities,
  'requestCancel' | 'recordSignal' | 'recordPause' | 'endPause' | 'readCommands' | 'markCommandApplied'
> {
  const { store } = world;
  return {
    async requestCancel() {
      // The run ends by itself.
    },

    async recordSignal(args, attempt) {
      await reach(world, attempt);
      store.command(args.releaseId, args.kind === 'cancel' ? 'abort' : args.kind, 'temporal:sim');
    },

    async recordPause(args, attempt) {
      await reach(world, attempt);
      store.command(args.releaseId, 'pause', releaseActor);
    },

    async endPause(args, attempt) {
      await reach(world, attempt);
      store.endPause(args.releaseId);
    },

    async readCommands(args, attempt) {
      await reach(world, attempt);
      const { state, reason } = store.release(args.releaseId);
      const commands = store.unapplied(args.releaseId);
      return { commands, ...(state === 'rolling_back' ? { rollingBack: reason ?? 'rolled back' } : {}) };
    },

    async markCommandApplied(args, attempt) {
      await reach(world, attempt);
      store.applyCommand(args.id, args.releaseId ?? '', args.kept);
    },
  };
}
