import { SluiceError } from '../../domain/errors.ts';
import { isOpen } from '../../domain/release/release.ts';
import { app, environment } from '../store/rows.ts';
import type { Neighbours } from '../surroundings.ts';
import { reach, type SimulatedActivities } from './simulated.ts';

/** How far a release is, as `activities/release/` keeps it. */
export function releaseActivities(
  world: Neighbours,
): Pick<SimulatedActivities, 'openRelease' | 'enterStage' | 'recordStage' | 'keepProgress' | 'closeRelease'> {
  const { store } = world;
  return {
    async openRelease(args, attempt) {
      await reach(world, attempt);
      const { releaseId = '' } = args; // Nobody starts one by hand here.
      const release = store.release(releaseId);
      const progress = store.openRelease(releaseId, { ...args, runId: args.runId ?? args.firstRunId });
      await reach(world, attempt);
      return {
        ...{ releaseId: release.id, app, environment, label: release.revision, revision: release.revision },
        ...{
          stable: store.split.stable,
          planName: 'sim',
          course: world.course,
          splitVersion: store.split.version,
        },
        ...{ actor: 'user:sim', searchAttributes: false },
        ...(progress === undefined ? {} : { progress }),
      };
    },

    async enterStage(args, attempt) {
      await reach(world, attempt);
      store.enterStage(args.releaseId, args.stage, args.kept);
      await reach(world, attempt);
      const { state } = store.release(args.releaseId);
      const mayEnter = store.split.version === args.splitVersion && state !== 'rolling_back';
      return { kind: mayEnter ? 'entered' : 'superseded' };
    },

    async recordStage(args, attempt) {
      await reach(world, attempt);
      store.recordStage(args.releaseId, { name: args.stage, outcome: args.outcome }, args.kept);
    },

    async keepProgress(args, attempt) {
      await reach(world, attempt);
      store.keep(args.releaseId, args.kept);
    },

    async closeRelease(args, attempt) {
      await reach(world, attempt);
      const release = store.release(args.releaseId);
      if (release.restarting && isOpen(release.state) && release.state !== 'starting')
        throw new SluiceError('unreachable', 'Its workflow is being replaced.');
      const outcome = isOpen(release.state)
        ? store.close(args.releaseId, args.outcome, args.reason)
        : release.state;
      for (const command of store.commands) if (command.releaseId === args.releaseId) command.applied = true;
      return { outcome, reason: args.reason };
    },
  };
}
