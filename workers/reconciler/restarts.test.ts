import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createReleaseActivities } from '../../activities/release/release.ts';
import type { RunningWorkflow } from '../../activities/temporal/temporal-run.ts';
import type { TemporalView } from '../../activities/temporal/temporal-view.ts';
import { beginRestart } from '../../config-store/releases/progress/begin-restart.ts';
import { createFirstEvaluation } from '../../config-store/evaluations/create-first-evaluation.ts';
import { noteTemporal } from '../../config-store/releases/progress/note-temporal.ts';
import { openRelease } from '../../config-store/releases/open-release.ts';
import { readCommands } from '../../config-store/releases/commands/read-commands.ts';
import { readHealth } from '../../config-store/releases/read-health.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { putCandidate } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { SluiceError } from '../../domain/errors.ts';
import { workflowBundle } from '../../tests/support/temporal.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import {
  abortSignal,
  evaluationWorkflowType,
  firstEvaluationStart,
  releaseStart,
  releaseWorkflowType,
} from '../../workflows/messages.ts';
import { reconcileOnce } from './reconciler.ts';
import {
  commitRelease,
  environment,
  publishVersions,
  quickPlan,
  startRelease,
  useReleaseStack,
} from '../test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const log = pino({ level: 'silent' });
/** Nobody works on it: a run stays as it is, and is stuck where a test says so. */
const taskQueue = 'nobody-polls-this-either';
const brokenCode = new URL('../test-fixtures/broken-workflows/index.ts', import.meta.url).pathname;

const handleOf = (workflowId: string) => stack.temporal.environment.client.workflow.getHandle(workflowId);

/** As if each run's task had failed for as long as that. */
function seenFailing(forMs: number, changes: Partial<TemporalView> = {}): TemporalView {
  const view = stack.view;
  return {
    ...view,
    async runOf(workflow) {
      const run = await view.runOf(workflow);
      return run && { ...run, failing: { forMs, why: 'this code is broken' } };
    },
    ...changes,
  };
}

function reconcile(temporal: TemporalView, queue = taskQueue): Promise<{ isBlind: boolean }> {
  return reconcileOnce({ db: stack.db, temporal, taskQueue: queue, log, everyMs: 15_000, minAgeMs: 0 });
}

/** A release at 5 % whose workflow runs, with or without its state kept. */
async function runningAtFive({ keeps = true } = {}): Promise<ReleaseRow & { firstRunId: string }> {
  const { app, v2 } = await publishVersions(stack.db);
  const row = await commitRelease(stack.db, app, v2);
  const { id: releaseId } = row;
  const handle = await stack.temporal.environment.client.workflow.start(releaseWorkflowType, {
    ...{ ...releaseStart(row), taskQueue },
  });
  const { firstExecutionRunId: firstRunId } = handle;
  const { splitVersion } = await openRelease(stack.db, {
    releaseId,
    app,
    runId: firstRunId,
    actor: 'user:ada',
  });
  await noteTemporal(stack.db, { releaseId, ...(await stack.view.identity()) });
  await putCandidate(stack.db, {
    ...{ app, environment, releaseId, operationId: `${releaseId}/canary-5`, expectedVersion: splitVersion },
    ...{
      candidate: v2,
      weight: 5,
      salt: releaseId,
      ttlMs: 60_000,
      actor: 'system:release',
      reason: 'canary-5',
    },
    counting: { releaseId, shortHorizonMs: 100, longHorizonMs: 100, slowMs: 100 },
  });
  if (keeps) {
    await stack.db.query(
      `insert into release_progress (release_id, run_id, sequence, state) values ($1, $2, 1, $3)`,
      [releaseId, firstRunId, { stage: 'canary-5', splitVersion: splitVersion + 1 }],
    );
  }
  return { ...row, firstRunId };
}

const runIdOf = async ({ workflowId }: { workflowId: string }) =>
  (await handleOf(workflowId).describe()).runId;
const statusOf = async ({ workflowId }: { workflowId: string }) =>
  (await handleOf(workflowId).describe()).status.name;

/** The fresh run opens its release, as its first activity does. */
async function openedByFresh(row: ReleaseRow): Promise<string> {
  const runId = await runIdOf(row);
  await openRelease(stack.db, { releaseId: row.id, app: row.app, runId, actor: 'user:ada' });
  return runId;
}

describe('a release whose workflow is stuck', () => {
  it('is left alone until its task has failed for a minute', async () => {
    const row = await runningAtFive();
    await reconcile(seenFailing(59_999));
    expect(await runIdOf(row)).toBe(row.firstRunId);
    await reconcile(seenFailing(60_000));
    expect(await runIdOf(row)).not.toBe(row.firstRunId);
  });

  it('is taken back where five runs in a row came no further, and its last run is ended', async () => {
    const row = await runningAtFive();
    const runs = new Set([row.firstRunId]);
    for (let restart = 1; restart <= 5; restart += 1) {
      await reconcile(seenFailing(60_000));
      runs.add(await openedByFresh(row));
      expect(await readRelease(stack.db, row.id)).toMatchObject({ state: 'progressing', restarts: restart });
    }
    expect(runs.size).toBe(6);
    await reconcile(seenFailing(60_000));
    expect(await readRelease(stack.db, row.id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('this code is broken') as string,
    });
    expect(await readSplit(stack.db, row)).toMatchObject({ weight: 0 });
    expect(await statusOf(row)).toBe('TERMINATED');
  });

  it('is taken back where no fresh run comes as far as to ask for it', async () => {
    const row = await runningAtFive();
    for (let restart = 1; restart <= 5; restart += 1) {
      await reconcile(seenFailing(60_000));
      expect(await readRelease(stack.db, row.id)).toMatchObject({ state: 'progressing' });
    }
    await reconcile(seenFailing(60_000));
    expect(await readRelease(stack.db, row.id)).toMatchObject({ state: 'failed' });
    expect(await statusOf(row)).toBe('TERMINATED');
  });

  it('begins to count anew where a run came further, or lasted for ten minutes', async () => {
    const row = await runningAtFive();
    const restart = async (): Promise<number | undefined> => {
      await reconcile(seenFailing(60_000));
      await openedByFresh(row);
      return (await readRelease(stack.db, row.id))?.restarts;
    };
    expect([await restart(), await restart()]).toEqual([1, 2]);
    await stack.db.query(
      `update release_progress set state = '{"stage": "canary-25", "splitVersion": 9}' where release_id = $1`,
      [row.id],
    );
    expect([await restart(), await restart()]).toEqual([1, 2]);
    await stack.db.query(`update release set restarted_at = now() - interval '11 minutes' where id = $1`, [
      row.id,
    ]);
    expect(await restart()).toBe(1);
  });

  it('is taken back where it serves and nothing is kept of how far it is', async () => {
    const row = await runningAtFive({ keeps: false });
    await reconcile(seenFailing(60_000));
    expect(await readRelease(stack.db, row.id)).toMatchObject({ state: 'failed', restarts: 0 });
    expect(await readSplit(stack.db, row)).toMatchObject({ weight: 0 });
    expect(await statusOf(row)).toBe('TERMINATED');
  });

  it('begins anew where it has neither served nor kept anything', async () => {
    const { app, v2 } = await publishVersions(stack.db);
    const row = await commitRelease(stack.db, app, v2);
    const handle = await stack.temporal.environment.client.workflow.start(releaseWorkflowType, {
      ...{ ...releaseStart(row), taskQueue },
    });
    const { firstExecutionRunId: runId } = handle;
    await openRelease(stack.db, { releaseId: row.id, app, runId, actor: 'user:ada' });
    await reconcile(seenFailing(60_000));
    expect(await readRelease(stack.db, row.id)).toMatchObject({ state: 'progressing', restarts: 1 });
    expect(await runIdOf(row)).not.toBe(runId);
  });

  it('goes on where a child that it waits for is stuck, which is ended with it', async () => {
    const queue = `test-${randomUUID()}`;
    const { app, v2 } = await publishVersions(stack.db);
    const row = await commitRelease(stack.db, app, v2);
    const child = `evaluate/${row.id}`;
    const runId = await stack.withWorker(
      async () => {
        const handle = await stack.temporal.environment.client.workflow.start(releaseWorkflowType, {
          ...{ ...releaseStart(row), taskQueue: queue },
        });
        await openRelease(stack.db, {
          ...{ releaseId: row.id, app, runId: handle.firstExecutionRunId, actor: 'user:ada' },
        });
        await waitFor(async () => (await stack.view.runOf(row))?.children[0]?.failing, { what: 'the child' });
        return handle.firstExecutionRunId;
      },
      { taskQueue: queue, workflowsPath: brokenCode },
    );
    const aMinuteLater = (run: RunningWorkflow | undefined): RunningWorkflow | undefined =>
      run && {
        ...run,
        children: run.children.map((each) => ({
          ...each,
          ...(each.failing && { failing: { ...each.failing, forMs: 60_000 } }),
        })),
      };
    const view = stack.view;
    await reconcile({ ...view, runOf: async (workflow) => aMinuteLater(await view.runOf(workflow)) }, queue);
    expect(await statusOf({ workflowId: child })).toBe('TERMINATED');
    expect(await runIdOf(row)).not.toBe(runId);
    const [health] = await readHealth(stack.db, row.id);
    expect(health?.says.join(' ')).toContain('this code is broken');
  }, 60_000);

  it('goes on where it waits for an activity that no worker knows any more', async () => {
    const queue = `test-${randomUUID()}`;
    const { nativeConnection: connection } = stack.temporal.environment;
    const worker = await Worker.create({
      ...{ connection, namespace: stack.temporal.namespace, taskQueue: queue },
      ...{ workflowBundle: await workflowBundle(), activities: { renamed: () => Promise.resolve() } },
    });
    const { app, v2 } = await publishVersions(stack.db);
    const row = await commitRelease(stack.db, app, v2);
    const view = stack.view;
    const failing = await worker.runUntil(async () => {
      const handle = await startRelease(stack, queue, row);
      await openRelease(stack.db, {
        ...{ releaseId: row.id, app, runId: handle.firstExecutionRunId, actor: 'user:ada' },
      });
      const growing = async () => {
        const { failing: seen } = (await view.runOf(row)) ?? {};
        return seen !== undefined && seen.forMs > 0 ? seen : undefined;
      };
      return waitFor(growing, { what: 'an activity that fails for the second time' });
    });
    expect(failing.why).toContain('Activity function openRelease is not registered');
    const { runId } = await handleOf(row.workflowId).describe();
    await reconcile(seenFailing(60_000), queue);
    expect(await runIdOf(row)).not.toBe(runId);
  }, 60_000);

  it('is carried on by the next round where whoever began to replace it died, its run still there or gone', async () => {
    for (const isGone of [false, true]) {
      const row = await runningAtFive();
      const { id: releaseId, firstRunId } = row;
      await beginRestart(stack.db, { releaseId, firstRunId, actor: 'system:reconciler', reason: 'stuck' });
      if (isGone) await handleOf(row.workflowId).terminate();
      await reconcile(stack.view);
      expect(await runIdOf(row)).not.toBe(firstRunId);
      expect(await statusOf(row)).toBe('RUNNING');
      expect(await readRelease(stack.db, releaseId)).toMatchObject({ state: 'progressing', restarts: 1 });
    }
  });

  it('is replaced although nobody can read its history, and not while Temporal is away', async () => {
    const row = await runningAtFive();
    await handleOf(row.workflowId).signal(abortSignal);
    const failing = (code: number) => () => {
      const cause = Object.assign(new Error('history'), { code, details: 'history', metadata: {} });
      return Promise.reject(new SluiceError('unreachable', 'Temporal did not answer', { cause }));
    };
    await reconcile(seenFailing(60_000, { messagesTo: failing(14) })); // UNAVAILABLE
    expect(await runIdOf(row)).toBe(row.firstRunId);
    expect(await readRelease(stack.db, row.id)).toMatchObject({ restarting: false, restarts: 0 });
    await reconcile(seenFailing(60_000, { messagesTo: failing(13) })); // INTERNAL
    expect(await runIdOf(row)).not.toBe(row.firstRunId);
  });

  it('keeps what was sent to the run that is replaced', async () => {
    const row = await runningAtFive();
    await handleOf(row.workflowId).signal(abortSignal);
    await reconcile(seenFailing(60_000));
    expect(await readCommands(stack.db, { releaseId: row.id })).toMatchObject([{ kind: 'abort' }]);
  });

  it('is not closed by the run that is being replaced, whose children were ended under it', async () => {
    const row = await runningAtFive();
    const activities = createReleaseActivities({
      ...{ db: stack.db, temporal: stack.view, hasSearchAttributes: () => false, startFromTemporal: 'off' },
    });
    const { id: releaseId, firstRunId, app } = row;
    await beginRestart(stack.db, { releaseId, firstRunId, actor: 'system:reconciler', reason: 'stuck' });
    const end = { releaseId, app, outcome: 'failed', reason: 'its child was ended' } as const;
    await expect(activities.closeRelease(end)).rejects.toMatchObject({ nonRetryable: false });
    expect(await readRelease(stack.db, releaseId)).toMatchObject({ state: 'progressing', restarting: true });
    await openRelease(stack.db, { releaseId, app, runId: 'fresh', actor: 'user:ada' });
    // From then on it is another guard that keeps it open: its candidate is on the traffic.
    await expect(activities.closeRelease(end)).rejects.toThrow('still has its candidate');
  });
});

describe('the evaluation of a first revision whose workflow is stuck', () => {
  async function begun() {
    const { app, v1 } = await publishVersions(stack.db);
    const id = `first_${randomUUID()}`;
    const start = firstEvaluationStart({ id, app, label: 'v1' });
    await createFirstEvaluation(stack.db, {
      ...{ id, app, revision: v1, planName: 'default', plan: quickPlan, suites: [], actor: 'user:ada' },
    });
    const { client } = stack.temporal.environment;
    const handle = await client.workflow.start(evaluationWorkflowType, { ...start, taskQueue });
    return { workflowId: start.workflowId, runId: handle.firstExecutionRunId };
  }

  it('goes on in a fresh run, five times at most, and then says why it cannot', async () => {
    const { runId, ...evaluation } = await begun();
    await reconcile(seenFailing(59_999));
    expect(await runIdOf(evaluation)).toBe(runId);
    const runs = new Set([runId]);
    for (let restart = 1; restart <= 5; restart += 1) {
      await reconcile(seenFailing(60_000));
      runs.add(await runIdOf(evaluation));
    }
    expect(runs.size).toBe(6);
    await reconcile(seenFailing(60_000));
    await expect(handleOf(evaluation.workflowId).result()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('this code is broken') as string },
    });
    expect(runs).toContain(await runIdOf(evaluation));
  });
});
