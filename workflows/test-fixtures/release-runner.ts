import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { SluiceActivities } from '../../activities/activities.ts';
import { evaluationQueue } from '../../domain/evaluation/evaluation-queue.ts';
import { testTemporal, workflowBundle, type TestTemporal } from '../../tests/support/temporal.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import { releaseWorkflowType, type ReleaseInput } from '../messages.ts';
import type { release } from '../release.ts';

export type ReleaseHandle = WorkflowHandle<typeof release>;

export interface ReleaseRunner {
  readonly temporal: TestTemporal;
  /** Runs a worker of its own while `during` goes on, which is told its task queue. */
  work<T>(activities: SluiceActivities, during: (taskQueue: string) => Promise<T>): Promise<T>;
  /** Starts a release under a worker of its own, and ends the worker when `during` is done. */
  run<T>(
    activities: SluiceActivities,
    input: ReleaseInput,
    during: (handle: ReleaseHandle) => Promise<T>,
    options?: { history?: string; workflowId?: string },
  ): Promise<T>;
}

const histories = join(import.meta.dirname, '../../tests/replay-histories');

/** Runs releases on the Temporal server of this jest run; call it at the top of a test file. */
export function useReleaseRunner(connect: () => Promise<TestTemporal> = testTemporal): ReleaseRunner {
  let connected: TestTemporal | undefined;
  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    connected = await connect();
  });
  afterAll(() => connected?.close());
  const temporal = (): TestTemporal => {
    if (connected === undefined) throw new Error('Temporal is there once beforeAll has run.');
    return connected;
  };
  async function work<T>(
    activities: SluiceActivities,
    during: (taskQueue: string) => Promise<T>,
  ): Promise<T> {
    const { environment, namespace } = temporal();
    const taskQueue = `test-${randomUUID()}`;
    const { measuring, carrying } = byQueue(activities);
    const shared = { connection: environment.nativeConnection, namespace };
    const evaluation = await Worker.create({
      ...shared,
      taskQueue: evaluationQueue(taskQueue),
      activities: measuring,
    });
    const worker = await Worker.create({
      ...shared,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: { ...carrying, requestCancel: cancelBy(environment.client) },
      stickyQueueScheduleToStartTimeout: '1s',
      maxHeartbeatThrottleInterval: '100ms',
    });
    return evaluation.runUntil(() => worker.runUntil(() => during(taskQueue)));
  }

  return {
    get temporal() {
      return temporal();
    },
    work,
    async run(activities, input, during, { history, workflowId = releaseWorkflowId(input.app) } = {}) {
      const { environment } = temporal();
      return work(activities, async (taskQueue) => {
        const handle: ReleaseHandle = await environment.client.workflow.start<typeof release>(
          releaseWorkflowType,
          {
            workflowId,
            taskQueue,
            args: [input],
          },
        );
        try {
          return await during(handle);
        } finally {
          if (history !== undefined) await recordHistory(handle, history);
        }
      });
    },
  };
}

const measured = [
  ...[
    'planEvaluation',
    'runEvaluationShard',
    'decideEvaluation',
    'planMirror',
    'runMirrorShard',
    'decideMirror',
  ],
];

/** Each queue's own activities: on the other's they would not be found. */
function byQueue(activities: SluiceActivities) {
  const entries = Object.entries(activities);
  return {
    measuring: Object.fromEntries(entries.filter(([name]) => measured.includes(name))),
    carrying: Object.fromEntries(entries.filter(([name]) => !measured.includes(name))),
  };
}

/** The one thing that a script cannot play: a run closes as cancelled only where its server was asked for that. */
function cancelBy(client: Client): SluiceActivities['requestCancel'] {
  return async ({ workflowId, runId }) => {
    await client.workflow.getHandle(workflowId, runId).cancel();
  };
}

/** Says something of the machine that a history was recorded on, and nothing to a replay. */
const local = new Set(['identity', 'stackTrace', 'binaryChecksum']);

/** What is different since the histories of before were recorded: those stay as they are. */
const era = 'ends-as-it-ended';

/** Keeps a history where a test run asks for it (SLUICE_RECORD_HISTORIES=1): it is what later code has to replay. */
export async function recordHistory(handle: ReleaseHandle, name: string): Promise<void> {
  if (process.env['SLUICE_RECORD_HISTORIES'] !== '1') return;
  mkdirSync(histories, { recursive: true });
  const json = historyToJSON(await handle.fetchHistory());
  const withoutLocal: unknown = JSON.parse(json, (key, value: unknown) =>
    local.has(key) ? undefined : value,
  );
  writeFileSync(join(histories, `${name}-${era}.json`), `${JSON.stringify(withoutLocal)}\n`);
}
