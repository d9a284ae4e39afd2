import { notYet, withFailures } from '../../activities/looks/failures.ts';
import type { SluiceActivities } from '../../activities/activities.ts';
import type { MeasuringActivities } from '../../activities/evaluation/contract.ts';
import { SluiceError } from '../../domain/errors.ts';
import { apply } from '../../domain/release/progress.ts';
import { isOpen } from '../../domain/release/release.ts';
import type { Activities, ActivityAttempt } from '../temporal/activities.ts';
import { app, environment } from '../store/rows.ts';
import type { Neighbours } from '../surroundings.ts';
import { batchOfLooks } from './looks.ts';

/** Gates are played as they end, and releases of earlier versions not at all. */
type Played = Exclude<keyof SluiceActivities, keyof MeasuringActivities | 'takeLook' | 'awaitWithdrawn'>;

type SimulatedActivities = {
  [Name in Played]: (
    args: Parameters<SluiceActivities[Name]>[0],
    attempt: ActivityAttempt,
  ) => ReturnType<SluiceActivities[Name]>;
};

/**
 * The activities of a release over the simulated store, step by step as those of `activities/` take them: between any
 * two the worker may die, the database may be away, and a slow one may write when nobody waits for it any more.
 */
export function simulatedActivities(world: Neighbours): Activities {
  const { store, random } = world;
  /** The way to the database: takes its time, and now and then very much of it. */
  const reach = async (attempt: ActivityAttempt): Promise<void> => {
    await attempt.pause(
      random.chance(world.faults.slowWriter) ? random.between(9_000, 30_000) : random.between(0, 15),
    );
    if (!world.databaseIsUp) throw new SluiceError('unreachable', 'The database is away.');
  };
  const activities: SimulatedActivities = {
    async openRelease(args, attempt) {
      await reach(attempt);
      const { releaseId = '' } = args; // Nobody starts one by hand here.
      const release = store.release(releaseId);
      const progress = store.openRelease(releaseId, { ...args, runId: args.runId ?? args.firstRunId });
      await reach(attempt);
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
      await reach(attempt);
      store.enterStage(args.releaseId, args.stage, args.kept);
      await reach(attempt);
      const { state } = store.release(args.releaseId);
      const mayEnter = store.split.version === args.splitVersion && state !== 'rolling_back';
      return { kind: mayEnter ? 'entered' : 'superseded' };
    },

    async recordStage(args, attempt) {
      await reach(attempt);
      store.recordStage(args.releaseId, { name: args.stage, outcome: args.outcome }, args.kept);
    },

    async keepProgress(args, attempt) {
      await reach(attempt);
      store.keep(args.releaseId, args.kept);
    },

    async closeRelease(args, attempt) {
      await reach(attempt);
      const release = store.release(args.releaseId);
      if (release.restarting && isOpen(release.state) && release.state !== 'starting')
        throw new SluiceError('unreachable', 'Its workflow is being replaced.');
      const outcome = isOpen(release.state)
        ? store.close(args.releaseId, args.outcome, args.reason)
        : release.state;
      for (const command of store.commands) if (command.releaseId === args.releaseId) command.applied = true;
      return { outcome, reason: args.reason };
    },

    async requestCancel() {
      // The run ends by itself.
    },

    async recordSignal(args, attempt) {
      await reach(attempt);
      store.command(args.releaseId, args.kind === 'cancel' ? 'abort' : args.kind, 'temporal:sim');
    },

    async recordPause(args, attempt) {
      await reach(attempt);
      store.command(args.releaseId, 'pause', 'system:release');
    },

    async endPause(args, attempt) {
      await reach(attempt);
      store.endPause(args.releaseId);
    },

    async readCommands(args, attempt) {
      await reach(attempt);
      const { state, reason } = store.release(args.releaseId);
      const commands = store.unapplied(args.releaseId);
      return { commands, ...(state === 'rolling_back' ? { rollingBack: reason ?? 'rolled back' } : {}) };
    },

    async markCommandApplied(args, attempt) {
      await reach(attempt);
      store.applyCommand(args.id, args.releaseId ?? '', args.kept);
    },

    async writeStep(args, attempt) {
      await reach(attempt);
      const { releaseId, stage, weight, expectedVersion, leaseMs: ttlMs, again, kept, atMs } = args;
      const operationId = `${releaseId}/${stage}${again === undefined ? '' : `/${again}`}`;
      await reach(attempt);
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
      await reach(attempt);
      if (store.split.version !== args.version) return { kind: 'superseded', version: store.split.version };
      const live = store.live();
      const missing = live.filter(({ ack }) => ack < args.version).map(({ id }) => id);
      if (live.length > 0 && missing.length === 0) return { kind: 'acked' };
      throw notYet(`${missing.join(', ')} to serve version ${args.version}`);
    },

    async promoteCandidate(args, attempt) {
      await reach(attempt);
      return store.promote({ ...args, operationId: `${args.releaseId}/finish` });
    },

    async withdrawCandidate(args, attempt) {
      await reach(attempt);
      const { state } = store.release(args.releaseId);
      const { split } = store;
      const undone = state === 'promoted' || (split.candidate !== args.revision && state === 'rolling_back');
      if (undone) return { version: split.version };
      await reach(attempt);
      const { version } = store.rollback({
        ...{ operationId: `${args.releaseId}/withdraw`, actor: 'system:release', ending: args.ending },
        ...{ takeOut: args.revision, condemns: args.condemns },
      });
      return { version };
    },

    takeLooks: (args, attempt) => batchOfLooks(world, args, attempt),
  };
  return withFailures(activities);
}
