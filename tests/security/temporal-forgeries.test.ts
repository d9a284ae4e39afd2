import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, WorkflowFailedError } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { MeasuringActivities } from '../../activities/evaluation/contract.ts';
import type { BatchArgs, BatchResult } from '../../activities/looks/contract.ts';
import { payloadConverter } from '../../activities/temporal/payload-codec.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { isOpen } from '../../domain/release/release.ts';
import { payloadKeysSchema } from '../../program/payload-keys.ts';
import { goodTraffic, playGateway, type PlayedGateway } from '../../workers/test-fixtures/played-gateway.ts';
import {
  commitRelease,
  environment,
  publishVersions,
  quickPlan,
  startByHand,
  startRelease,
  useReleaseStack,
} from '../../workers/test-fixtures/release-stack.ts';
import { releaseStart, releaseWorkflowType } from '../../workflows/messages.ts';
import { endOf } from '../../workflows/test-fixtures/end-of.ts';
import type { release } from '../../workflows/release/release.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Attempts } from './test-fixtures/forged-workflows.ts';

// Who reaches Temporal, and has no token and no database: he starts, signals, completes what is pending, serves queues,
// resets and terminates. He delays and ends releases; nothing goes further by him (docs/decisions/0044).

const { ResetWorkflowExecutionRequest } = proto.temporal.api.workflowservice.v1;

const stack = useReleaseStack();
// One gateway for all apps: each has to serve what any release writes.
const served: string[] = [];
let gateway: PlayedGateway | undefined;
afterEach(async () => {
  await gateway?.end();
  gateway = undefined;
  served.length = 0;
});

/** A first step that goes on for a while: what happens to it happens in its middle. */
const longPlan = planSchema.parse({
  ...quickPlan,
  steps: [
    { weight: 5, hold: '5m', minExposures: 20 },
    { weight: 100, hold: '500ms', minExposures: 20 },
  ],
  lease: '10s',
});

/** A release that the API has committed, of an app that a gateway serves. */
async function committed(plan: Plan = longPlan) {
  const { app, v1, v2 } = await publishVersions(stack.db, plan);
  served.push(app);
  gateway ??= playGateway(stack.db, served, goodTraffic);
  const row = await commitRelease(stack.db, app, v2, plan);
  return { app, v1, row };
}

const client = () => stack.temporal.environment.client;

/** The activity of that type that a run has under way. */
function pending(workflowId: string, type: string, by = client()): Promise<string> {
  return waitFor(
    async () => {
      const { raw } = await by.workflow.getHandle(workflowId).describe();
      return raw.pendingActivities?.find(({ activityType }) => activityType?.name === type)?.activityId;
    },
    { what: `${type} to be under way` },
  );
}

const atFive = (app: string) =>
  waitFor(async () => (await readSplit(stack.db, { app, environment }))?.weight === 5, {
    what: `${app} to be at 5 %`,
  });

/** The largest share that the candidate of an app ever had, and what is stable. */
async function reached(app: string) {
  const { items } = await listHistory(stack.db, { app, environment });
  return {
    share: Math.max(...items.map(({ weight }) => weight)),
    stable: (await readSplit(stack.db, { app, environment }))?.stable,
  };
}

const passedResult = (args: Partial<BatchArgs> = {}): BatchResult => ({
  ...{ ended: 'decided', look: 99, heldMs: 999_000, lookedAtHeldMs: 999_000, newestCommandId: 0 },
  last: {
    ...{ verdict: 'pass', reason: 'held, no guardrail failed', exposures: { candidate: 999, stable: 999 } },
    ...{ guardrails: [], unreadCommands: false },
  },
  ...args,
});

it('who completes a batch of looks with a pass ends the release, and says why', async () => {
  const { app, v1, row } = await committed();
  const end = await stack.withWorker(async (taskQueue) => {
    const handle = await startRelease(stack, taskQueue, row);
    await atFive(app);
    const activityId = await pending(handle.workflowId, 'takeLooks');
    await client().activity.complete({ workflowId: handle.workflowId, activityId }, passedResult());
    return endOf(handle);
  });
  expect(end).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('no look has found that it has passed') as string,
  });
  expect(await reached(app)).toEqual({ share: 5, stable: v1 });
});

it.each([
  ['a pass', { outcome: 'pass', summary: 'fine', evidenceDigest: 'd' }, 'no pass of it is stored'],
  ['a skip', { outcome: 'skipped', summary: 'fine' }, 'its plan does not skip it'],
] as const)('who answers for the evaluation with %s serves nothing', async (_, gate, why) => {
  const { app, v1, row } = await committed(planSchema.parse({ ...longPlan, evaluate: {}, mirror: {} }));
  const nobody = () => Promise.reject(new Error('not asked'));
  const measuring: MeasuringActivities = {
    planEvaluation: () => Promise.resolve({ kind: 'decided', gate }),
    planMirror: () => Promise.resolve({ kind: 'decided', gate }),
    ...{ runEvaluationShard: nobody, decideEvaluation: nobody, runMirrorShard: nobody, decideMirror: nobody },
  };
  const end = await stack.withWorker(async (taskQueue) => endOf(await startRelease(stack, taskQueue, row)), {
    measuring,
  });
  expect(end).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(why) as string });
  expect(await reached(app)).toEqual({ share: 0, stable: v1 });
});

it('who serves the queue of releases himself gets no further than the first step', async () => {
  const { app, v1, row } = await committed();
  const attempts = await stack.withWorker(
    async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      // The false worker's own code answers, which tells of its attempts.
      return (await handle.result()) as unknown as Attempts;
    },
    { workflowsPath: join(import.meta.dirname, 'test-fixtures/forged-workflows.ts') },
  );
  const { 'the first step': first, 'a look that asks for nothing': look, ...others } = attempts;
  const { 'a promotion in the state': state, 'stable taken out': takenOut, ...refused } = others;
  expect(first).toContain('written');
  expect(look).toBe('"wait"');
  expect(state).toBe('nothing');
  expect(Object.entries(refused).filter(([, what]) => !what.startsWith('refused: '))).toEqual([]);
  // What is taken out is the release's own.
  expect(takenOut).toContain('version');
  expect(await reached(app)).toEqual({ share: 5, stable: v1 });
  const { rows } = await stack.db.query(
    `select from audit_entry where release_id = $1 and actor like 'user:%' and action <> 'release.created'`,
    [row.id],
  );
  expect(rows).toEqual([]);
});

it('who terminates the run, and starts another, resets it, or signals with a start, gets nothing', async () => {
  const { app, v1, row } = await committed();
  const { workflow } = client();
  await stack.withWorker(async (taskQueue) => {
    const handle = await startRelease(stack, taskQueue, row);
    await atFive(app);
    await expect(
      workflow.getHandle(handle.workflowId).executeUpdate('promote', { args: [{ releaseId: row.id }] }),
    ).rejects.toThrow();
    await handle.signal('promote');
    await handle.terminate('mine now');
    const forged = [
      { app, releaseId: row.id },
      { app, releaseId: row.id, carried: { state: { stage: 'finish', weight: 100 } } },
      { app, releaseId: row.id, progress: { stage: 'finish', weight: 100 } },
    ];
    for (const input of forged) {
      const started = await workflow.signalWithStart(releaseWorkflowType, {
        ...{ workflowId: handle.workflowId, taskQueue, args: [input], signal: 'promote' },
      });
      await expect(started.result()).rejects.toThrow(WorkflowFailedError);
    }
    const { runId } = await client().workflowService.resetWorkflowExecution(
      ResetWorkflowExecutionRequest.fromObject({
        ...{ namespace: stack.temporal.namespace, requestId: row.id, workflowTaskFinishEventId: 4 },
        workflowExecution: { workflowId: handle.workflowId, runId: handle.firstExecutionRunId },
      }),
    );
    await expect(workflow.getHandle(handle.workflowId, runId).result()).rejects.toThrow(WorkflowFailedError);
  });
  expect(await reached(app)).toEqual({ share: 5, stable: v1 });
  const state = (await readRelease(stack.db, row.id))?.state ?? 'failed';
  expect(state === 'failed' || isOpen(state)).toBe(true);
});

it('with sealed payloads, a worker takes what is sealed, and nothing that is plain or of another place', async () => {
  const keys = payloadKeysSchema.parse(`a:${randomBytes(32).toString('base64')}`);
  const { namespace, environment: test } = stack.temporal;
  const sealing = new Client({ connection: test.connection, namespace, ...payloadConverter(keys) });
  const { app, v1, row } = await committed(quickPlan);
  const other = await committed();
  await stack.withWorker(
    async (taskQueue) => {
      const start = (of: typeof row) =>
        sealing.workflow.start<typeof release>(releaseWorkflowType, { ...releaseStart(of), taskQueue });
      const handle = await start(row);
      expect((await endOf(handle)).outcome).toBe('promoted');
      const { events } = await handle.fetchHistory();
      const asked = (events ?? []).flatMap((event) => [
        ...(event.activityTaskScheduledEventAttributes?.input?.payloads ?? []),
        ...(event.activityTaskCompletedEventAttributes?.result?.payloads ?? []),
      ]);
      expect(asked.length).toBeGreaterThan(20);
      const encodings = asked.map(({ metadata }) => Buffer.from(metadata?.['encoding'] ?? []).toString());
      expect(new Set(encodings)).toEqual(new Set(['binary/encrypted']));

      const plain = await startByHand(stack, taskQueue, { app, revision: 'v1' });
      const failure = await waitFor(
        async () => {
          const history = await plain.fetchHistory();
          return history.events?.find((event) => event.workflowTaskFailedEventAttributes)
            ?.workflowTaskFailedEventAttributes?.failure;
        },
        { what: 'a plain start to be refused' },
      );
      expect(JSON.stringify(failure)).toContain('nobody sealed it');
      await plain.terminate();

      // The answer of a batch that did pass, in the place of one that is under way.
      const passes = (events ?? []).flatMap((event) => {
        const completed = event.activityTaskCompletedEventAttributes;
        return completed?.result?.payloads ?? [];
      });
      const second = await start(other.row);
      await atFive(other.app);
      const activityId = await pending(second.workflowId, 'takeLooks', sealing);
      await client().workflowService.respondActivityTaskCompletedById({
        ...{ namespace, workflowId: second.workflowId, activityId },
        result: { payloads: passes.slice(-1) },
      });
      const replayed = await waitFor(
        async () => {
          const history = await second.fetchHistory();
          return history.events?.find((event) => event.workflowTaskFailedEventAttributes)
            ?.workflowTaskFailedEventAttributes?.failure;
        },
        { what: 'a replayed answer to be refused' },
      );
      expect(JSON.stringify(replayed)).toContain('another place');
      await second.terminate();
    },
    payloadConverter(keys, { refusePlain: true }),
  );
  expect((await reached(other.app)).stable).toBe(other.v1);
  expect((await reached(app)).stable).not.toBe(v1);
});
