import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { activityInfo } from '@temporalio/activity';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { SluiceActivities } from '../../activities/activities.ts';
import { evaluationQueue } from '../../domain/evaluation/evaluation-queue.ts';
import { historyToKeep } from '../../tests/support/history-to-keep.ts';
import { testTemporal, workflowBundle, type TestTemporal } from '../../tests/support/temporal.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import { releaseWorkflowType, type ReleaseInput } from '../messages.ts';
import type { release } from '../release/release.ts';

export type ReleaseHandle = WorkflowHandle<typeof release>;

export interface ReleaseRunner {
  readonly temporal: TestTemporal;
  /** The queue of the file's worker. */
  readonly taskQueue: string;
  /** Starts a release that works with the given activities, and forgets them when `during` is done. */
  run<T>(
    activities: SluiceActivities,
    input: ReleaseInput,
    during: (handle: ReleaseHandle) => Promise<T>,
    options?: { history?: string; workflowId?: string },
  ): Promise<T>;
}

interface Running {
  readonly temporal: TestTemporal;
  readonly taskQueue: string;
  stop(): Promise<void>;
}

const histories = join(import.meta.dirname, '../../tests/replay-histories');

/**
 * Runs releases on the Temporal server of this jest run, all of a test file under one worker: its activities are those
 * of the release's app. Call it at the top of the file.
 */
export function useReleaseRunner(connect: () => Promise<TestTemporal> = testTemporal): ReleaseRunner {
  const byApp = new Map<string, SluiceActivities>();
  let running: Running | undefined;
  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    running = await startWorkers(await connect(), byApp);
  });
  afterAll(() => running?.stop());
  const present = (): Running => {
    if (running === undefined) throw new Error('Temporal is there once beforeAll has run.');
    return running;
  };
  return {
    get temporal() {
      return present().temporal;
    },
    get taskQueue() {
      return present().taskQueue;
    },
    async run(activities, input, during, { history, workflowId = releaseWorkflowId(input.app) } = {}) {
      const { temporal, taskQueue } = present();
      const { workflow } = temporal.environment.client;
      byApp.set(input.app, activities);
      const start = { workflowId, taskQueue, args: [input] as [ReleaseInput] };
      const handle: ReleaseHandle = await workflow.start<typeof release>(releaseWorkflowType, start);
      try {
        return await during(handle);
      } finally {
        if (history !== undefined) await recordHistory(handle, history);
        byApp.delete(input.app);
      }
    },
  };
}

async function startWorkers(
  temporal: TestTemporal,
  byApp: ReadonlyMap<string, SluiceActivities>,
): Promise<Running> {
  const { environment, namespace } = temporal;
  const taskQueue = `test-${randomUUID()}`;
  const shared = { connection: environment.nativeConnection, namespace };
  const evaluation = await Worker.create({
    ...shared,
    taskQueue: evaluationQueue(taskQueue),
    activities: ofTheApp(byApp, measuring),
  });
  const worker = await Worker.create({
    ...shared,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { ...ofTheApp(byApp, carrying), requestCancel: cancelBy(environment.client) },
    stickyQueueScheduleToStartTimeout: '1s',
    maxHeartbeatThrottleInterval: '100ms',
  });
  const over = Promise.all([evaluation.run(), worker.run()]);
  return {
    ...{ temporal, taskQueue },
    async stop() {
      evaluation.shutdown();
      worker.shutdown();
      await over;
      await temporal.close();
    },
  };
}

// Each queue's own activities: on the other's they would not be found.
const measuring = [
  ...['planEvaluation', 'runEvaluationShard', 'decideEvaluation'],
  ...['planMirror', 'runMirrorShard', 'decideMirror'],
] as const satisfies readonly (keyof SluiceActivities)[];
const carrying = [
  ...[
    'openRelease',
    'enterStage',
    'recordStage',
    'keepProgress',
    'closeRelease',
    'recordSignal',
    'recordPause',
  ],
  ...['endPause', 'readCommands', 'markCommandApplied', 'writeStep', 'awaitAcks', 'promoteCandidate'],
  ...['withdrawCandidate', 'awaitWithdrawn', 'takeLook', 'takeLooks'],
  ...['watchGuard', 'closeGuard', 'takeBackGuarded'],
] as const satisfies readonly (keyof SluiceActivities)[];

/** Activities that are those of the app of whatever workflow calls them: `release/<app>` and its children, `guard/rel_<app>`. */
function ofTheApp(
  byApp: ReadonlyMap<string, SluiceActivities>,
  names: readonly (keyof SluiceActivities)[],
): Record<string, (args: unknown) => Promise<unknown>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      async (args: unknown) => {
        const { workflowId = '' } = activityInfo().workflowExecution ?? {};
        const own = byApp.get((workflowId.split('/')[1] ?? '').replace(/^rel_/, ''));
        if (own === undefined) throw new Error(`No test plays ${workflowId} any more.`);
        return own[name](args as never);
      },
    ]),
  );
}

/** The one thing that a script cannot play: a run closes as cancelled only where its server was asked for that. */
function cancelBy(client: Client): SluiceActivities['requestCancel'] {
  return async ({ workflowId, runId }) => {
    await client.workflow.getHandle(workflowId, runId).cancel();
  };
}

/** What is different since the histories of before were recorded: those stay as they are. */
const era = 'kept-in-turn';

/** Keeps a history where a test run asks for it (SLUICE_RECORD_HISTORIES=1): it is what later code has to replay. */
export async function recordHistory(handle: ReleaseHandle, name: string): Promise<void> {
  if (process.env['SLUICE_RECORD_HISTORIES'] !== '1') return;
  mkdirSync(histories, { recursive: true });
  writeFileSync(join(histories, `${name}-${era}.json`), await historyToKeep(handle));
}
