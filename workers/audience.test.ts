import { listEvidence } from '../config-store/looks/list-evidence.ts';
import { listServedWeights } from '../config-store/splits/list-served-weights.ts';
import { listHistory } from '../config-store/splits/list-history.ts';
import { explain } from '../activities/looks/explain/explain-release.ts';
import { requireRelease } from '../config-store/releases/require-release.ts';
import { confirmRollback } from '../config-store/splits/confirm-rollback.ts';
import { publishPolicy } from '../config-store/policies/publish-policy.ts';
import { readActive } from '../config-store/apps/read-active.ts';
import { readHealth } from '../config-store/releases/read-health.ts';
import { readLease } from '../config-store/test-fixtures/read-lease.ts';
import { readRelease } from '../config-store/releases/read-release.ts';
import { readSplit } from '../config-store/splits/read-split.ts';
import { recordCommand } from '../config-store/releases/commands/record-command.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { tryoutPolicy } from '../domain/policy/policy.ts';
import { planSchema, type Plan } from '../domain/release/plan.ts';
import { audienceOf } from '../domain/split/audience.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { statusQuery, wakeSignal } from '../workflows/messages.ts';
import { endOf } from '../workflows/test-fixtures/end-of.ts';
import { failingTraffic, goodTraffic, usePlayedGateways } from './test-fixtures/played-gateway.ts';
import {
  commitRelease,
  environment,
  publishVersions,
  quickPlan,
  startRelease,
  useReleaseStack,
} from './test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const play = usePlayedGateways();
jest.setTimeout(120_000);

const audience = { labels: { tenant: ['acme'] }, subjects: ['ada'], weight: 25, hold: '500ms' };
const plan: Plan = planSchema.parse({ ...quickPlan, audience: { ...audience, minExposures: 20 } });
/** One whose audience is looked at for long. */
const longFirst: Plan = planSchema.parse({
  ...quickPlan,
  audience: { ...audience, minExposures: 1_000_000 },
});

const nobody = () => ({ exposed: 0, bad: 0 });

const stagesLooked = async (releaseId: string) => [
  ...new Set((await listEvidence(stack.db, { releaseId })).map(({ stage }) => stage)),
];
const changes = async (app: string) =>
  (await listHistory(stack.db, { app, environment })).items
    .map(({ kind, weight }) => `${kind} ${weight}`)
    .reverse();
const untilLooked = (releaseId: string, rows: number) =>
  waitFor(async () => (await listEvidence(stack.db, { releaseId })).length >= rows, {
    what: `${rows} looks of ${releaseId}`,
  });

async function started(taskQueue: string, of: Plan, traffic = goodTraffic) {
  const { app, v2 } = await publishVersions(stack.db, of);
  const gateway = play(stack.db, app, traffic);
  const row = await commitRelease(stack.db, app, v2, of);
  return { app, v2, gateway, row, handle: await startRelease(stack, taskQueue, row) };
}

describe('a release with an audience on a real database', () => {
  it('gives its candidate to the audience first, judged by its share, and goes on to the shares', async () => {
    await stack.onWorker(async (taskQueue) => {
      const { app, row, handle } = await started(taskQueue, plan);
      expect((await endOf(handle)).outcome).toBe('promoted');
      expect(await changes(app)).toEqual([
        'create 0',
        'raise 0',
        'raise 5',
        'raise 95',
        'raise 100',
        'promote 0',
      ]);
      expect((await stagesLooked(row.id)).slice(0, 2)).toEqual(['audience', 'canary-5']);
      const weights = await listServedWeights(stack.db, row.id);
      expect([...weights.values()].sort((a, b) => a - b)).toEqual([5, 25, 95, 100]);
      const evidence = await listEvidence(stack.db, { releaseId: row.id });
      const release = await requireRelease(stack.db, row.id);
      const explained = explain({ release, stages: [], evidence, weights }, { recompute: true });
      expect(explained.recomputed).toMatchObject({ agrees: true, differences: [] });
    });
  });

  it('is taken back by what its members see, before anybody else has it', async () => {
    await stack.onWorker(async (taskQueue) => {
      const { app, row, handle } = await started(taskQueue, plan, failingTraffic);
      const { outcome, reason } = await endOf(handle);
      expect([outcome, reason]).toEqual(['rolled_back', expect.stringContaining('worse than stable')]);
      expect(await changes(app)).toEqual(['create 0', 'raise 0', 'rollback 0']);
      expect(await stagesLooked(row.id)).toEqual(['audience']);
      expect((await readActive(stack.db, { app, environment }))?.candidate).toBeUndefined();
    });
  });

  it('holds while no member asks: nothing known is no pass', async () => {
    await stack.onWorker(async (taskQueue) => {
      const { app, row, gateway, handle } = await started(taskQueue, plan, nobody);
      await untilLooked(row.id, 4);
      expect(await changes(app)).toEqual(['create 0', 'raise 0']);
      expect(await handle.query(statusQuery)).toMatchObject({
        ...{ stage: 'audience', weight: 0, audienceShare: 25, measured: { served: true } },
      });
      gateway.behaviour.traffic = goodTraffic;
      expect((await endOf(handle)).outcome).toBe('promoted');
    });
  });

  it('says what is served, and one press takes it from members as well, with acks that show it', async () => {
    await stack.onWorker(async (taskQueue) => {
      const { app, row, handle, gateway } = await started(taskQueue, longFirst);
      await untilLooked(row.id, 2);
      const split = await readSplit(stack.db, { app, environment });
      expect(split && audienceOf(split)).toEqual({
        weight: 25,
        labels: { tenant: ['acme'] },
        subjects: ['ada'],
      });
      await waitFor(async () => (await readHealth(stack.db, row.id))[0]?.audience?.served === 25, {
        what: 'the audience to be served',
      });
      const [health] = await readHealth(stack.db, row.id);
      expect(health).toMatchObject({
        ...{ condition: 'well', weight: { set: 0, served: 0 }, audience: { set: 25, served: 25 } },
      });
      gateway.behaviour.acks = false;
      const { version } = await rollback(stack.db, {
        ...{
          app,
          environment,
          actor: 'user:bob',
          reason: 'by hand',
          operationId: 'press',
          ending: 'rolled_back',
        },
      });
      expect(version).toBeGreaterThan(split?.version ?? 0);
      expect((await readActive(stack.db, { app, environment }))?.candidate).toBeUndefined();
      expect((await confirmRollback(stack.db, { app, environment, version })).confirmed).toBe(false);
      gateway.behaviour.acks = true;
      await waitFor(async () => (await confirmRollback(stack.db, { app, environment, version })).confirmed, {
        what: 'every gateway to serve it',
      });
      expect((await endOf(handle)).outcome).toBe('rolled_back');
    });
  });

  it('goes on looking, on a lease, while its first share waits for approval, and is taken back then as well', async () => {
    await stack.onWorker(async (taskQueue) => {
      const { app, v2 } = await publishVersions(stack.db, plan);
      const approvals = { ...tryoutPolicy.approvals, steps: [{ fromWeight: 95, count: 1 }] };
      await publishPolicy(stack.db, {
        scope: app,
        policy: { ...tryoutPolicy, approvals },
        actor: 'user:ada',
      });
      const first = planSchema.parse({
        ...{ ...plan, steps: [{ weight: 100, hold: '500ms', minExposures: 20 }] },
      });
      const gateway = play(stack.db, app);
      const row = await commitRelease(stack.db, app, v2, first);
      const handle = await startRelease(stack, taskQueue, row);
      await waitFor(async () => (await readRelease(stack.db, row.id))?.stage === 'canary-100', {
        what: 'the first share to wait',
      });
      const before = (await listEvidence(stack.db, { releaseId: row.id })).length;
      await handle.signal(wakeSignal);
      await untilLooked(row.id, before + 2);
      expect(await readSplit(stack.db, { app, environment })).toMatchObject({ candidate: v2, weight: 0 });
      const lease = await readLease(stack.db, { app, environment });
      expect(lease?.ageMs).toBeLessThan(lease?.ttlMs ?? 0);
      gateway.behaviour.traffic = failingTraffic;
      expect((await endOf(handle)).outcome).toBe('rolled_back');
      expect(await changes(app)).toEqual(['create 0', 'raise 0', 'rollback 0']);
    });
  });

  it('may be promoted past its audience by a person, and aborted in it', async () => {
    await stack.onWorker(async (taskQueue) => {
      const promoted = await started(taskQueue, longFirst);
      await untilLooked(promoted.row.id, 1);
      const { row } = promoted;
      const by = { actor: 'user:ada', reason: 'it is urgent' } as const;
      await recordCommand(stack.db, {
        releaseId: row.id,
        kind: 'promote',
        idempotencyKey: 'p',
        ...by,
        expectedWeight: 0,
        expectedStage: 'audience',
      });
      await promoted.handle.signal(wakeSignal);
      expect((await endOf(promoted.handle)).outcome).toBe('promoted');
      const aborted = await started(taskQueue, longFirst);
      await untilLooked(aborted.row.id, 1);
      await recordCommand(stack.db, { releaseId: aborted.row.id, kind: 'abort', idempotencyKey: 'a', ...by });
      await aborted.handle.signal(wakeSignal);
      expect((await endOf(aborted.handle)).outcome).toBe('aborted');
      expect(await changes(aborted.app)).toEqual(['create 0', 'raise 0', 'rollback 0']);
    });
  });
});
