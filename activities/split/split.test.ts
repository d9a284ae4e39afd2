import { randomUUID } from 'node:crypto';
import { flushCounters } from '../../config-store/gateway-view/flush-counters.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { recordStage } from '../../config-store/releases/progress/record-stage.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import {
  createApp,
  environment,
  promote,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { storeLook } from '../../config-store/looks/store-look.ts';
import { recordCommand } from '../../config-store/releases/commands/record-command.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { noArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { latencyBucketEdgesMs, latencyBucketOf } from '../../domain/guardrail/latency-buckets.ts';
import { createSplitActivities } from './split.ts';

const database = useDatabase();

async function opened(plan?: Plan) {
  await database.db.query('delete from gateway_instance'); // Gateways are the environment's, not the app's.
  const { app, a } = await createApp(database.db);
  const { release, splitVersion } = await startRelease(database.db, app, 'b', plan);
  let askedForMs = 0;
  const activities = createSplitActivities({ db: database.db, askedForMs: () => askedForMs });
  const step = {
    releaseId: release.id,
    stage: 'canary-5',
    weight: 5,
    expectedVersion: splitVersion,
    leaseMs: 60_000,
  };
  const compensation = { app, environment, releaseId: release.id, revision: release.revision };
  return {
    ...{ app, a, release, splitVersion, activities, step, compensation },
    split: () => readSplit(database.db, { app, environment }),
    ask: (ms: number) => {
      askedForMs = ms;
    },
  };
}

describe('a step that is written', () => {
  it('carries how it is counted, and is written once however often it is tried', async () => {
    const { activities, step, splitVersion, split, release } = await opened();
    expect(await activities.writeStep(step)).toEqual({ kind: 'written', version: splitVersion + 1 });
    expect(await activities.writeStep(step)).toEqual({ kind: 'written', version: splitVersion + 1 });
    expect(await split()).toMatchObject({
      ...{ weight: 5, candidate: release.revision, salt: release.id },
      counting: { releaseId: release.id, shortHorizonMs: 5_000, longHorizonMs: 60_000, slowMs: 10_000 },
    });
  });

  it('records what stable took before the step, and leaves it as it is within the step', async () => {
    const { activities, step, splitVersion, split, app } = await opened();
    const count = (sequence: number, ms: number) => {
      const answerBuckets = latencyBucketEdgesMs.map((_, i) => (i === latencyBucketOf(ms) ? 600 : 0));
      const counts = { ...noArmCounts(), answerBuckets };
      return flushCounters(database.db, {
        ...{ gatewayId: 'gw-1', bootId: `boot-${app}`, environment, sequence, charges: [], seen: [] },
        counters: [{ app, splitVersion, arm: 'stable', counts }],
      });
    };
    await count(1, 90);
    await activities.writeStep(step);
    const recorded = { slowdown: { answers: 600, edges: { p50: { stableMs: 91 }, p99: { stableMs: 91 } } } };
    expect((await split())?.counting).toMatchObject(recorded);
    await count(2, 4000);
    await activities.writeStep(step);
    expect((await split())?.counting).toMatchObject(recorded);
  });

  it('becomes stable with a reason that does not call an override a pass (invariant 13)', async () => {
    const steps = [{ weight: 100, hold: '1h' }];
    const { activities, step, release, splitVersion, app } = await opened(
      planSchema.parse({ steps, holdback: 0 }),
    );
    const { id: releaseId, revision: candidate } = release;
    for (const kind of ['evaluation', 'mirror'] as const) {
      const id = `${releaseId}-${kind}`;
      await createEvalRun(database.db, { id, kind, releaseId, app, candidate, planned: {} });
      const gate = { outcome: 'pass', summary: 'passed', evidenceDigest: 'd' };
      await decideEvalRun(database.db, { id, decision: { gate } });
    }
    const served = { releaseId, stage: 'canary-100' };
    await activities.writeStep({ ...step, ...served, weight: 100 });
    await setProgress(database.db, { ...served, progress: {} });
    const judgement = { fail: false, absolute: 'within', verdict: 'pass', lacking: 'time' };
    const look = { ...served, look: 0, splitVersion: splitVersion + 1, counts: {}, judgement };
    await storeLook(database.db, look);
    await recordCommand(database.db, {
      ...{ releaseId, kind: 'promote', actor: 'user:ada', idempotencyKey: 'p' },
    });
    const startedAt = new Date().toISOString();
    const stage = { ...served, summary: 'by ada', startedAt };
    const override = { actor: 'user:ada', lacking: 'the hold is not over' };
    await recordStage(database.db, { ...stage, outcome: 'override', override });
    const promoted = await activities.promoteCandidate({ releaseId, expectedVersion: splitVersion + 1 });
    expect(promoted).toMatchObject({ kind: 'written' });
    expect((await readRelease(database.db, releaseId))?.reason).toBe(
      'b went through every stage, canary-100 by override',
    );
  });

  it('says where somebody else has moved the split (invariant 6)', async () => {
    const { activities, step } = await opened();
    expect(await activities.writeStep({ ...step, expectedVersion: 99 })).toMatchObject({ kind: 'moved' });
  });

  it('waits for acks by being tried again, and names after 30 s who is missing', async () => {
    const { activities, step, release, app, ask } = await opened();
    const written = await activities.writeStep(step);
    const version = 'version' in written ? written.version : 0;
    const wait = () => activities.awaitAcks({ releaseId: release.id, version });
    await expect(wait()).rejects.toMatchObject({ type: 'broken_measurement' });
    const gateway = { gatewayId: 'gw-1', bootId: randomUUID(), environment, refusals: {}, fingerprint: {} };
    await heartbeat(database.db, { ...gateway, acks: { [app]: version - 1 } });
    await expect(wait()).rejects.toMatchObject({ type: 'not_yet', nonRetryable: false });
    ask(30_000);
    expect(await wait()).toEqual({ kind: 'waiting', missing: ['gw-1'] });
    await heartbeat(database.db, { ...gateway, acks: { [app]: version } });
    expect(await wait()).toEqual({ kind: 'acked' });
    await rollback(database.db, { app, environment, actor: 'user:bob', reason: 'by hand', operationId: 'x' });
    expect(await wait()).toEqual({ kind: 'superseded', version: version + 1 });
  });
});

describe('the withdrawal', () => {
  it('takes the candidate out and is done when it is repeated', async () => {
    const { activities, step, compensation, split, a } = await opened();
    await activities.writeStep(step);
    const args = { ...compensation, ending: 'rolled_back', reason: 'errors' } as const;
    const first = await activities.withdrawCandidate(args);
    expect(await activities.withdrawCandidate(args)).toEqual(first);
    expect(await split()).toMatchObject({ stable: a, weight: 0, version: first.version });
    await activities.awaitWithdrawn({ ...args, version: first.version });
  });

  it('fences off what may be in flight, even with nothing to undo (invariant 5)', async () => {
    const { activities, step, compensation, splitVersion, split } = await opened();
    await activities.withdrawCandidate({ ...compensation, ending: 'aborted', reason: 'wrong day' });
    expect(await activities.writeStep(step)).toEqual({ kind: 'not-progressing', state: 'rolling_back' });
    expect((await split())?.version).toBe(splitVersion + 1);
  });

  it('leaves alone what somebody has made of it since', async () => {
    const { activities, step, compensation, app, split } = await opened();
    await activities.writeStep(step);
    const reason = 'by hand';
    await rollback(database.db, {
      app,
      environment,
      actor: 'user:bob',
      reason,
      operationId: 'x',
      ending: 'aborted',
    });
    const before = await split();
    await activities.withdrawCandidate({ ...compensation, ending: 'superseded', reason: 'moved' });
    expect(await split()).toEqual(before);
  });

  it('never touches a release that was promoted: that is past the point of no return', async () => {
    const { db } = database;
    const { app } = await createApp(db);
    const revision = await promote(db, app, 'b');
    const { items } = await listHistory(db, { app, environment });
    const releaseId = items[0]?.releaseId ?? '';
    const activities = createSplitActivities({ db });
    await activities.withdrawCandidate({
      app,
      environment,
      releaseId,
      revision,
      ending: 'failed',
      reason: 'late',
    });
    expect(await readSplit(db, { app, environment })).toMatchObject({ stable: revision });
  });
});
