import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { createTemporalView, type TemporalView } from '../../activities/temporal/temporal-view.ts';
import { freePort } from '../../cli/up/servers/free-port.ts';
import { appendAudit } from '../../config-store/audit/append-audit.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import { noteTemporal } from '../../config-store/releases/progress/note-temporal.ts';
import { noteWatch } from '../../config-store/releases/progress/note-watch.ts';
import { openRelease } from '../../config-store/releases/open-release.ts';
import { readHealth } from '../../config-store/releases/read-health.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { verifyAudit } from '../../config-store/audit/verify-audit.ts';
import { putCandidate } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { listStableWatchRuns } from '../../config-store/stable-watch/stable-watch-runs.ts';
import { setStableWatch } from '../../config-store/stable-watch/set-stable-watch.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { keepSchedules } from './keep-schedules.ts';
import { reconcileOnce } from './reconciler.ts';
import {
  commitRelease,
  environment,
  publishVersions,
  startByHand,
  useReleaseStack,
} from '../test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const log = pino({ level: 'silent' });

function reconcile(temporal: TemporalView = stack.view, minAgeMs = 0): Promise<{ isBlind: boolean }> {
  const taskQueue = 'nobody-polls-this';
  return reconcileOnce({ db: stack.db, temporal, taskQueue, log, everyMs: 15_000, minAgeMs });
}

/** A release whose candidate serves 5 %, and whose workflow has never been. */
async function abandonedAtFive() {
  const { app, v1, v2 } = await publishVersions(stack.db);
  const { id } = await commitRelease(stack.db, app, v2);
  const { splitVersion } = await openRelease(stack.db, {
    releaseId: id,
    app,
    runId: `run-${id}`,
    actor: 'user:ada',
  });
  await putCandidate(stack.db, {
    ...{ app, environment, releaseId: id, operationId: `${id}/canary-5`, expectedVersion: splitVersion },
    ...{ candidate: v2, weight: 5, salt: id, ttlMs: 60_000, actor: 'system:release', reason: 'canary-5' },
    counting: { releaseId: id, shortHorizonMs: 100, longHorizonMs: 100, slowMs: 100 },
  });
  return { app, v1, v2, id };
}

describe('the reconciler', () => {
  it('takes a release back whose workflow is gone, and closes it as failed', async () => {
    const { app, v1, id } = await abandonedAtFive();
    await reconcile();
    expect(await readSplit(stack.db, { app, environment })).toMatchObject({ stable: v1, weight: 0 });
    expect(await readRelease(stack.db, id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('gone') as string,
    });
    const { items } = await listHistory(stack.db, { app, environment });
    expect(items[0]).toMatchObject({ kind: 'rollback', actor: 'system:reconciler' });
  });

  it('leaves young releases alone: their workflow may be about to start', async () => {
    const { id } = await abandonedAtFive();
    await reconcile(stack.view, 120_000);
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'progressing' });
  });

  it('judges no release of another Temporal, and says where it is', async () => {
    const { id } = await abandonedAtFive();
    const { cluster = '', namespace } = await stack.view.identity();
    await noteTemporal(stack.db, { releaseId: id, namespace, cluster: `not ${cluster}` });
    await reconcile();
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'progressing' });
    expect(await readHealth(stack.db, id)).toMatchObject([{ condition: 'elsewhere' }]);
    // The other one's reconciler is heard rather than this one, which cannot see the workflow.
    await noteWatch(stack.db, { releaseId: id, workflow: 'running' });
    await reconcile();
    expect(await readHealth(stack.db, id)).toMatchObject([{ workflow: { state: 'running' } }]);
    await stack.db.query(`update release_watch set seen_at = now() - interval '2 minutes'`);
    await reconcile();
    expect(await readHealth(stack.db, id)).toMatchObject([{ condition: 'elsewhere' }]);
    await noteTemporal(stack.db, { releaseId: id, namespace: `not ${namespace}`, cluster });
    await reconcile();
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'progressing' });
  });

  it('tells of a release that nobody carries on what is served, not what was set (invariant 29)', async () => {
    const { id } = await abandonedAtFive();
    await stack.db.query(`update lease set renewed_at = now() - interval '2 minutes' where release_id = $1`, [
      id,
    ]);
    await reconcile(stack.view, 120_000);
    const [health] = await readHealth(stack.db, id);
    expect(health).toMatchObject({ condition: 'unattended', weight: { set: 5, served: 0 }, leaseLeftMs: 0 });
    expect(health?.says.join(' ')).toMatch(/does not run.*no worker waits.*serve stable only/);
  });

  it('leaves a release alone whose workflow runs', async () => {
    const { app, v2 } = await publishVersions(stack.db);
    // Nobody works on this task queue: the workflow runs, and goes nowhere.
    const handle = await startByHand(stack, 'nobody-polls-this', { app, revision: 'v2' });
    const { id } = await commitRelease(stack.db, app, v2);
    await openRelease(stack.db, { releaseId: id, app, runId: handle.firstExecutionRunId, actor: 'user:ada' });
    await reconcile();
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'progressing' });
    await handle.terminate();
    await reconcile();
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'failed' });
  });

  it('counts a release as lost when another run has its workflow id', async () => {
    const { app, id } = await abandonedAtFive();
    const handle = await startByHand(stack, 'nobody-polls-this', { app, revision: 'v2' });
    await reconcile();
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'failed' });
    await handle.terminate();
  });

  it('closes a release whose workflow never started', async () => {
    const { app, v2 } = await publishVersions(stack.db);
    const { id } = await commitRelease(stack.db, app, v2);
    await reconcile();
    expect(await readRelease(stack.db, id)).toMatchObject({
      state: 'failed',
      reason: 'its workflow never started',
    });
  });

  it('takes an unreachable Temporal for no answer: nothing is lost', async () => {
    const { app, id } = await abandonedAtFive();
    const before = await readSplit(stack.db, { app, environment });
    // Without the client's own retries: one that is due after the end of the connection throws at whatever runs then.
    const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}`, interceptors: [] });
    const view = createTemporalView(new Client({ connection }), 500);
    await expect(view.runOf({ workflowId: `release/${app}` })).rejects.toMatchObject({ code: 'unreachable' });
    await noteWatch(stack.db, { releaseId: id, workflow: 'running' });
    expect(await reconcile(view)).toEqual({ isBlind: true });
    // Another process may see it still; where none has for more than a round, it is told.
    expect(await readHealth(stack.db, id)).toMatchObject([{ workflow: { state: 'running' } }]);
    await stack.db.query(`update release_watch set seen_at = now() - interval '17.1 seconds'`);
    await reconcile(view);
    expect(await readHealth(stack.db, id)).toMatchObject([
      { condition: 'unattended', workflow: { state: 'unreachable' } },
    ]);
    // Gone at the first look, and away when it is looked at again before anything is written.
    const runOf = jest.fn(view.runOf).mockResolvedValueOnce(undefined);
    await reconcile({ ...stack.view, runOf });
    expect(runOf).toHaveBeenCalledTimes(2);
    await connection.close();
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'progressing' });
    expect(await readSplit(stack.db, { app, environment })).toEqual(before);
  });

  it('writes nothing where the split has moved since it was read (invariant 6)', async () => {
    const { app, id } = await abandonedAtFive();
    let versionThen: number | undefined;
    let asked = 0;
    // Somebody rolls back while the reconciler asks Temporal whether the release is lost.
    const runOf: TemporalView['runOf'] = async ({ workflowId }) => {
      if (workflowId !== `release/${app}` || (asked += 1) < 2) return undefined;
      const by = { actor: 'user:bob', reason: 'by hand', operationId: 'by hand' };
      versionThen = (await rollback(stack.db, { app, environment, ...by })).version;
      return undefined;
    };
    await reconcile({ ...stack.view, runOf });
    expect((await readSplit(stack.db, { app, environment }))?.version).toBe(versionThen);
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'rolling_back' });
  });

  it('closes a release that somebody rolled back and whose workflow is gone, as that rollback said', async () => {
    const { app, id } = await abandonedAtFive();
    const reason = 'by hand';
    await rollback(stack.db, {
      app,
      environment,
      actor: 'user:bob',
      reason,
      operationId: 'by hand',
      ending: 'aborted',
    });
    await reconcile();
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'aborted' });
  });

  it('keeps the schedule of a stable watch: made, as it is set, made again where Temporal has lost it, taken away', async () => {
    const { app } = await publishVersions(stack.db);
    const { schedule } = stack.temporal.environment.client;
    const handle = schedule.getHandle(`stable-watch/${app}`);
    const set = (more: { every?: string; enabled?: boolean } = {}) =>
      setStableWatch(stack.db, {
        ...{ app, enabled: true, every: '30m', callsPerDay: 10, usdPerDay: undefined },
        ...{ actor: 'user:ada', reason: undefined, ...more },
      });
    const everyMs = async () => (await handle.describe()).spec.intervals?.map(({ every }) => every);
    const aMinuteLater = () =>
      stack.db.query(`update stable_watch set scheduled_at = scheduled_at - interval '61 seconds'`);
    await stack.onWorker(async (taskQueue) => {
      const keep = () => keepSchedules({ db: stack.db, temporal: stack.view, log, taskQueue });
      await set();
      await keep();
      expect(await everyMs()).toEqual([1_800_000]);
      await set({ every: '1h' });
      await keep();
      expect(await everyMs()).toEqual([3_600_000]);
      await handle.delete();
      await keep(); // Looked at a moment ago.
      await expect(handle.describe()).rejects.toThrow();
      await aMinuteLater();
      await keep();
      const { policies, action } = await handle.describe();
      expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 60_000 });
      expect(action).toMatchObject({ workflowType: 'stableWatch', args: [{ app }] });
      await handle.trigger();
      const run = await waitFor(
        async () => (await listStableWatchRuns(stack.db, { app })).items.find(({ outcome }) => outcome),
        { what: 'the run of the schedule' },
      );
      expect(run).toMatchObject({
        outcome: 'unclear',
        says: expect.stringContaining('knows no gateway of production') as string,
      });
      await set({ enabled: false });
      await keep();
      await expect(handle.describe()).rejects.toThrow();
    });
  });

  it('chains audit entries that their writers had not (invariant 12)', async () => {
    await appendAudit(stack.db, { actor: 'user:ada', action: 'test.unchained', details: {} });
    await reconcile();
    const left = await stack.db.query('select from audit_entry where position is null');
    expect(left.rowCount).toBe(0);
    expect(await verifyAudit(stack.db)).toMatchObject({ ok: true });
  });

  it('does its other duties where one of them fails again and again', async () => {
    await appendAudit(stack.db, { actor: 'user:ada', action: 'test.unchained', details: {} });
    await stack.db.query('alter table followed_stable rename to elsewhere');
    try {
      await reconcile();
      expect(await verifyAudit(stack.db)).toMatchObject({ ok: true, pending: 0 });
    } finally {
      await stack.db.query('alter table elsewhere rename to followed_stable');
    }
  });

  it('is done by one process at a time', async () => {
    const { id } = await abandonedAtFive();
    let asked = 0;
    const runOf: TemporalView['runOf'] = async ({ workflowId }) => {
      asked += 1;
      await reconcile(); // Another process, in the middle of this round.
      const { firstRunId = '' } = (await readRelease(stack.db, id)) ?? {};
      return { workflowId, runId: firstRunId, firstRunId, children: [] };
    };
    await reconcile({ ...stack.view, runOf });
    expect(asked).toBeGreaterThan(0);
    expect(await readRelease(stack.db, id)).toMatchObject({ state: 'progressing' });
  });
});
