import { createDataKeys } from '../../program/data-keys.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import type { Pool } from 'pg';
import type { MeasuringActivities } from '../../activities/evaluation/contract.ts';
import type { BatchArgs } from '../../activities/looks/contract.ts';
import { createTemporalView, type TemporalView } from '../../activities/temporal/temporal-view.ts';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { createStable } from '../../config-store/apps/create-stable.ts';
import { publishApp } from '../../config-store/apps/publish-app.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { publishRevision } from '../../config-store/revisions/publish-revision.ts';
import { setPublished } from '../../config-store/revisions/set-published.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { evaluationQueue } from '../../domain/evaluation/evaluation-queue.ts';
import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { testTemporal, workflowBundle, type TestTemporal } from '../../tests/support/temporal.ts';
import { releaseStart, releaseWorkflowType, type ReleaseInput } from '../../workflows/messages.ts';
import type { release } from '../../workflows/release/release.ts';
import { createActivities, type ActivityParts } from '../activities.ts';
import { createEvaluationWorker } from '../evaluation-worker.ts';
import { createStableWatch } from '../stable-watch.ts';
import { heartbeatThrottleMs } from '../release-worker.ts';
import { registerSearchAttributes } from '../search-attributes.ts';

export const environment = 'production';

/** A plan of one second or two: every gate but the canary is skipped. */
export const quickPlan: Plan = planSchema.parse({
  evaluate: 'skip',
  mirror: 'skip',
  steps: [
    { weight: 5, hold: '500ms', minExposures: 20 },
    { weight: 100, hold: '500ms', minExposures: 20 },
  ],
  settle: '100ms',
  maxBlind: '2s',
  lease: '2s',
});

/** A first step that is looked at often and never passes: for what happens in the middle of one. */
export const longStep: Plan = planSchema.parse({
  ...quickPlan,
  steps: [
    { weight: 5, hold: '2s', minExposures: 1_000_000 },
    { weight: 100, hold: '2s', minExposures: 1_000_000 },
  ],
});

/** What no test here calls: evaluation and mirror are tested beside their activities. */
const settings: ActivityParts['settings'] = {
  evaluation: {
    staging: {
      environment: 'staging',
      gatewayUrl: 'http://127.0.0.1:9',
      binding: { providers: {}, retrievers: {} },
    },
    production: { gatewayUrl: undefined, binding: { providers: {}, retrievers: {} } },
    internalToken: 'no gateway listens',
    dataKeys: createDataKeys([randomBytes(32)]),
    concurrency: 1,
    patienceMs: 1_000,
  },
  startFromTemporal: 'releaser',
};

export interface WorkerOptions {
  startFromTemporal?: ActivityParts['settings']['startFromTemporal'];
  /** A task queue of its own where it is left out. */
  taskQueue?: string;
  /** Absolute path of other workflow code than Sluice's. */
  workflowsPath?: string;
  /** Whether workflows stay in memory between two tasks, so that the next comes to the same worker; true by default. */
  keepsHistories?: boolean;
  /** Who serves the queue of evaluations; Sluice's own where it is left out. */
  measuring?: MeasuringActivities;
  /** Seals what goes through Temporal. */
  dataConverter?: DataConverter;
  /** Another database than the stack's. */
  db?: Pool;
}

export interface ReleaseStack {
  readonly db: Pool;
  readonly databaseUrl: string;
  readonly temporal: TestTemporal;
  readonly view: TemporalView;
  /** Runs a worker with all real activities until `during` is done. */
  withWorker<T>(during: (taskQueue: string) => Promise<T>, options?: WorkerOptions): Promise<T>;
  /** On one such worker that stays until the test file is over: most tests need none of their own. */
  onWorker<T>(during: (taskQueue: string) => Promise<T>): Promise<T>;
}

/** A database and a Temporal client for a test file; call it at its top. */
export function useReleaseStack(): ReleaseStack {
  let parts: { database: TestDatabase; db: Pool; temporal: TestTemporal } | undefined;
  let lasting: { taskQueue: Promise<string>; end(): Promise<void> } | undefined;
  beforeAll(async () => {
    const [database, temporal] = await Promise.all([createTestDatabase(), testTemporal()]);
    parts = { database, temporal, db: createPool(database.url, { applicationName: 'workers-test' }) };
    await registerSearchAttributes(temporal.environment.connection, temporal.namespace);
  });
  afterAll(async () => {
    await lasting?.end();
    await parts?.db.end();
    await Promise.all([parts?.temporal.close(), parts?.database.drop()]);
  });
  const present = (): NonNullable<typeof parts> => {
    if (parts === undefined) throw new Error('The stack is there once beforeAll has run.');
    return parts;
  };
  return {
    get db() {
      return present().db;
    },
    get databaseUrl() {
      return present().database.url;
    },
    get temporal() {
      return present().temporal;
    },
    get view() {
      return createTemporalView(present().temporal.environment.client);
    },
    async onWorker(during) {
      lasting ??= lastingOf((meanwhile) => this.withWorker(meanwhile));
      return during(await lasting.taskQueue);
    },
    async withWorker(
      during,
      {
        startFromTemporal,
        workflowsPath,
        keepsHistories = true,
        taskQueue = `test-${randomUUID()}`,
        measuring,
        dataConverter,
        db = present().db,
      } = {},
    ) {
      const { temporal } = present();
      // One client has one worker of a task queue; another one stands for another program.
      const own =
        workflowsPath === undefined
          ? undefined
          : await NativeConnection.connect({ address: temporal.address });
      const shared = {
        connection: own ?? temporal.environment.nativeConnection,
        namespace: temporal.namespace,
        ...(dataConverter === undefined ? {} : { dataConverter }),
      };
      const activities = createActivities({
        ...{ db, temporal: this.view, hasSearchAttributes: () => true },
        settings: { ...settings, ...(startFromTemporal === undefined ? {} : { startFromTemporal }) },
      });
      const evaluation = await createEvaluationWorker({
        ...shared,
        taskQueue: evaluationQueue(taskQueue),
        log: pino({ level: 'silent' }),
        activities: {
          ...(measuring ?? activities),
          ...createStableWatch({ db, settings: settings.evaluation }),
        },
      });
      const worker = await Worker.create({
        ...shared,
        taskQueue,
        workflowBundle: await workflowBundle(workflowsPath),
        // What other workflow code calls by another name; Sluice's own never does.
        activities: {
          ...activities,
          ...(workflowsPath && { takeLooksRenamed: (args: BatchArgs) => activities.takeLooks(args) }),
        },
        stickyQueueScheduleToStartTimeout: '1s',
        ...(keepsHistories ? {} : { maxCachedWorkflows: 0 }),
        maxHeartbeatThrottleInterval: heartbeatThrottleMs,
      });
      try {
        return await evaluation.runUntil(worker.runUntil(during(taskQueue)));
      } finally {
        await own?.close();
      }
    },
  };
}

/** A worker that runs until it is told to end. */
function lastingOf(run: (during: (taskQueue: string) => Promise<void>) => Promise<void>) {
  const started = Promise.withResolvers<string>();
  const over = Promise.withResolvers<undefined>();
  const running = run((taskQueue) => {
    started.resolve(taskQueue);
    return over.promise;
  });
  running.catch(started.reject);
  return {
    taskQueue: started.promise,
    async end() {
      over.resolve(undefined);
      await running;
    },
  };
}

/** An app whose stable revision is `v1`, with `v2` published; gives the digests. Its name begins with `kind`. */
export async function publishVersions(
  db: Pool,
  plan = quickPlan,
  kind = 'app',
): Promise<{ app: string; v1: string; v2: string }> {
  const app = `${kind}-${randomUUID().slice(0, 8)}`;
  const actor = 'user:ada';
  await publishApp(db, { name: app, actor });
  await publishPolicy(db, { scope: app, policy: tryoutPolicy, actor });
  await setPublished(db, { app, plans: { default: plan }, suites: [], actor });
  const [v1, v2] = [await publishVersion(db, app, 'v1'), await publishVersion(db, app, 'v2')];
  const reason = 'the first';
  await createStable(db, {
    app,
    environments: [environment],
    revision: v1,
    operationId: 'create',
    actor,
    reason,
  });
  return { app, v1, v2 };
}

/** One more revision of an app; gives its digest. */
export async function publishVersion(db: Pool, app: string, label: string): Promise<string> {
  const content = revisionContentSchema.parse({ chain: [{ provider: 'openai', model: label }] });
  return (await publishRevision(db, { app, label, content, provenance: {}, actor: 'user:ada' })).digest;
}

/** A release row as the API commits it, before it starts the workflow. */
export function commitRelease(
  db: Pool,
  app: string,
  revision: string,
  plan = quickPlan,
): Promise<ReleaseRow> {
  return createRelease(db, {
    ...{ app, environment, revision, plan, planName: 'default', suites: [], provenance: {} },
    actor: 'user:ada',
  });
}

/** Waits until an app's candidate has that share, in percent. */
export function atWeight(db: Pool, app: string, weight: number) {
  return waitFor(async () => (await readSplit(db, { app, environment }))?.weight === weight, {
    what: `${app} to be at ${weight} %`,
  });
}

/** Starts the workflow of a committed release as the API does. */
export function startRelease({ temporal }: ReleaseStack, taskQueue: string, row: ReleaseRow) {
  const { environment: testEnvironment } = temporal;
  return testEnvironment.client.workflow.start<typeof release>(releaseWorkflowType, {
    ...releaseStart(row),
    taskQueue,
    workflowIdConflictPolicy: 'FAIL',
  });
}

/** Starts a workflow as a person does by `temporal workflow start`. */
export function startByHand({ temporal }: ReleaseStack, taskQueue: string, input: ReleaseInput) {
  return temporal.environment.client.workflow.start<typeof release>(releaseWorkflowType, {
    workflowId: `release/${input.app}`,
    taskQueue,
    args: [input],
  });
}
