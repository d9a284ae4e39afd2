import { notYet, withFailures } from '../../activities/looks/failures.ts';
import type { BatchArgs, LookArgs, LookResult } from '../../activities/looks/contract.ts';
import { takeLooks } from '../../activities/looks/take-looks.ts';
import type { ProgressToKeep } from '../../activities/release/contract.ts';
import { SluiceError } from '../../domain/errors.ts';
import { apply } from '../../domain/release/progress.ts';
import { isOpen, type Outcome } from '../../domain/release/release.ts';
import type { Activities, Attempt } from '../temporal/activities.ts';
import { app, environment } from '../store/rows.ts';
import type { Surroundings } from '../surroundings.ts';

type Kept = ProgressToKeep | undefined;

/**
 * The activities of a release over the simulated store, step by step as those of `activities/` take them: between any
 * two the worker may die, the database may be away, and a slow one may write when nobody waits for it any more.
 */
export function simulatedActivities(world: Surroundings): Activities {
  const { store, random } = world;
  /** The way to the database: takes its time, and now and then very much of it. */
  const reach = async (attempt: Attempt): Promise<void> => {
    await attempt.pause(
      random.chance(world.faults.slowWriter) ? random.between(9_000, 30_000) : random.between(0, 15),
    );
    if (!world.databaseIsUp) throw new SluiceError('unreachable', 'The database is away.');
  };
  const keep = (releaseId: string, kept: Kept): void => {
    store.keep(releaseId, kept);
  };
  return withFailures({
    async openRelease(
      args: { releaseId: string; runId: string; firstRunId: string; continuedRunId?: string },
      attempt: Attempt,
    ) {
      await reach(attempt);
      const release = store.release(args.releaseId);
      const progress = store.openRelease(args.releaseId, args);
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

    async enterStage(
      args: { releaseId: string; stage: string; splitVersion: number; kept?: ProgressToKeep },
      attempt: Attempt,
    ) {
      await reach(attempt);
      store.release(args.releaseId).stage = args.stage;
      keep(args.releaseId, args.kept);
      await reach(attempt);
      const { state } = store.release(args.releaseId);
      const mayEnter = store.split.version === args.splitVersion && state !== 'rolling_back';
      return { kind: mayEnter ? 'entered' : 'superseded' };
    },

    async recordStage(
      args: { releaseId: string; stage: string; outcome: string; kept?: ProgressToKeep },
      attempt: Attempt,
    ) {
      await reach(attempt);
      keep(args.releaseId, args.kept);
      store.release(args.releaseId).stages.push({ name: args.stage, outcome: args.outcome });
    },

    async keepProgress(args: { releaseId: string; kept: ProgressToKeep }, attempt: Attempt) {
      await reach(attempt);
      keep(args.releaseId, args.kept);
    },

    async closeRelease(args: { releaseId: string; outcome: Outcome; reason: string }, attempt: Attempt) {
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

    async recordSignal(args: { releaseId: string; kind: 'pause' | 'resume' | 'abort' }, attempt: Attempt) {
      await reach(attempt);
      store.command(args.releaseId, args.kind, 'temporal:sim');
    },

    async recordPause(args: { releaseId: string }, attempt: Attempt) {
      await reach(attempt);
      store.command(args.releaseId, 'pause', 'system:release');
    },

    async endPause(args: { releaseId: string }, attempt: Attempt) {
      await reach(attempt);
      store.endPause(args.releaseId);
    },

    async readCommands(args: { releaseId: string }, attempt: Attempt) {
      await reach(attempt);
      const { state, reason } = store.release(args.releaseId);
      const commands = store.unapplied(args.releaseId);
      return { commands, ...(state === 'rolling_back' ? { rollingBack: reason ?? 'rolled back' } : {}) };
    },

    async markCommandApplied(
      args: { id: number; releaseId?: string; kept?: ProgressToKeep },
      attempt: Attempt,
    ) {
      await reach(attempt);
      const command = store.commands.find(({ id }) => id === args.id);
      if (command !== undefined) command.applied = true;
      if (args.releaseId !== undefined) keep(args.releaseId, args.kept);
    },

    async writeStep(
      args: {
        releaseId: string;
        stage: string;
        weight: number;
        expectedVersion: number;
        leaseMs: number;
        kept?: ProgressToKeep;
        atMs?: number;
        again?: number;
      },
      attempt: Attempt,
    ) {
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
      keep(releaseId, { ...kept, progress: apply(kept.progress, raised) });
      return result;
    },

    async awaitAcks(args: { version: number }, attempt: Attempt) {
      await reach(attempt);
      if (store.split.version !== args.version) return { kind: 'superseded', version: store.split.version };
      const live = store.live();
      const missing = live.filter(({ ack }) => ack < args.version).map(({ id }) => id);
      if (live.length > 0 && missing.length === 0) return { kind: 'acked' };
      throw notYet(`${missing.join(', ')} to serve version ${args.version}`);
    },

    async promoteCandidate(args: { releaseId: string; expectedVersion: number }, attempt: Attempt) {
      await reach(attempt);
      return store.promote({ ...args, operationId: `${args.releaseId}/finish` });
    },

    async withdrawCandidate(
      args: {
        releaseId: string;
        revision: string;
        ending: 'rolled_back' | 'aborted' | 'superseded' | 'failed';
        condemns?: false;
      },
      attempt: Attempt,
    ) {
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

    takeLooks: (args: BatchArgs, attempt: Attempt) => batch(world, args, attempt),
  } as never);
}

/** The product's own batch of looks, over what the simulated world shows. */
function batch(world: Surroundings, args: BatchArgs, attempt: Attempt) {
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
      return lookAt(world, look);
    },
    readDue: async () => {
      await attempt.pause(random.between(1, 10));
      if (!world.databaseIsUp) throw new SluiceError('unreachable', 'The database is away.');
      return {
        splitVersion: store.split.version,
        state: store.release(args.releaseId).state,
        newestCommandId: store.newestCommandId(args.releaseId),
        exposed: world.exposures(args.splitVersion),
      };
    },
    withdraw: async () => {
      await attempt.pause(random.between(1, 20));
      if (!world.databaseIsUp) throw new SluiceError('unreachable', 'The database is away.');
      store.withdraw({
        ...{ releaseId: args.releaseId, firstRunId: args.firstRunId, expectedVersion: args.splitVersion },
        ...{ operationId: `${args.releaseId}/withdraw`, ending: 'rolled_back' },
      });
    },
  };
  return takeLooks(parts, args);
}

/** What a look would find: the judge itself is not simulated, only what there is to see. */
function lookAt(world: Surroundings, args: LookArgs): LookResult {
  const { store } = world;
  if (!world.databaseIsUp) throw new SluiceError('unreachable', 'The database is away.');
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
  if (args.heldMs >= args.deadlineMs) return result('inconclusive', 'too few requests');
  return args.heldMs >= args.holdMs && candidate >= args.minExposures
    ? result('pass', 'held')
    : result('wait', 'held so far');
}
