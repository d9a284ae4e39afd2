import { MockActivityEnvironment } from '@temporalio/testing';
import { randomUUID } from 'node:crypto';
import { flushCounters } from '../../config-store/gateway-view/flush-counters.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { readGuardHealth } from '../../config-store/guards/guard-blindness.ts';
import { readGuard } from '../../config-store/guards/read-guards.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { countedErrors } from '../../config-store/test-fixtures/counted-errors.ts';
import {
  createApp,
  environment,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { storeObservations } from '../../config-store/test-fixtures/store-observations.ts';
import { makeStable } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { noArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { createLookActivities } from '../looks/look.ts';
import { createGuardActivities } from './guard.ts';

const database = useDatabase();

/** A promoted release with 5 % held back for an hour, one gateway, and what watches it: answers are scored as well. */
async function guarded() {
  const { db } = database;
  const { app, a } = await createApp(db);
  const steps = [{ weight: 100, hold: '1m', minExposures: 10 }];
  const plan = planSchema.parse({ evaluate: 'skip', mirror: 'skip', steps, guard: '60m' });
  const guardrails = { ...plan.guardrails, score: { margin: 0.005, tolerance: 0.05 } };
  const opened = await startRelease(db, app, 'b', { ...plan, guardrails });
  const { release, splitVersion } = opened;
  const counting = { scored: { score: { kind: 'score', least: 0, most: 1 } } };
  await raise(db, opened, {
    ...{ weight: 95, expectedVersion: splitVersion, operation: 'canary-100', counting },
  });
  const { id: releaseId } = release;
  await makeStable(db, {
    ...{ releaseId, operationId: `${releaseId}/finish`, expectedVersion: splitVersion + 1 },
    ...{ actor: 'system:release', reason: 'passed' },
  });
  const version = splitVersion + 2;
  const gateway = { gatewayId: randomUUID(), bootId: randomUUID(), environment };
  await heartbeat(db, { ...gateway, acks: { [app]: version }, refusals: {}, fingerprint: {} });
  const guards = createGuardActivities({ db });
  const counts = (exposed: number, bad: number) => ({
    ...noArmCounts(),
    admitted: exposed,
    guardrails: countedErrors(exposed, bad),
  });
  return {
    ...{ db, app, a, releaseId, version, revision: release.revision },
    watch: () => guards.watchGuard({ releaseId }),
    split: () => readSplit(db, { app, environment }),
    count: (stableNow: [number, number], former: [number, number]) =>
      flushCounters(db, {
        ...{ ...gateway, sequence: 1, charges: [], seen: [] },
        counters: [
          { app, splitVersion: version, arm: 'candidate', counts: counts(...stableNow) },
          { app, splitVersion: version, arm: 'stable', counts: counts(...former) },
        ],
      }),
    /** So many answers of either revision, all of that score. */
    score: (answers: number, stableNow: number, former: number) =>
      storeObservations(db, {
        ...{ releaseId, guardrail: 'score', admittedUpTo: new Date(Date.now() - 1_000).toISOString() },
        observations: Array.from({ length: 2 * answers }, (_, i) => ({
          ...{ splitVersion: version, arm: i % 2 === 0 ? 'candidate' : 'stable', subjectHash: String(i) },
          ...{ value: i % 2 === 0 ? stableNow : former },
          admittedAt: new Date(Date.now() - 60_000 + i).toISOString(),
        })),
      }),
    /** One look of the guard's, as a batch of them takes it. */
    async look() {
      const watch = await guards.watchGuard({ releaseId });
      if (watch.kind !== 'open') throw new Error(watch.kind);
      const { heldMs, lookedAtHeldMs: _, ...batch } = watch.batch;
      return createLookActivities({ db }).takeLook({ ...batch, heldMs, elapsedMs: 1_000 });
    },
    takeBack: () => guards.takeBackGuarded({ releaseId, splitVersion: version, reason: 'errors worse' }),
  };
}

describe('what watches a guard', () => {
  it('knows from its rows alone where it is, and goes on from there', async () => {
    const { watch, look, count, releaseId, version } = await guarded();
    await count([50, 0], [50, 0]);
    expect(await watch()).toMatchObject({
      kind: 'open',
      batch: {
        releaseId,
        stage: 'guard',
        splitVersion: version,
        weight: 95,
        look: 0,
        heldMs: 0,
        holdMs: 3_600_000,
      },
    });
    await look();
    expect(await watch()).toMatchObject({ batch: { look: 1, heldMs: 1_000 } });
  });

  it('looks on with the evidence of the steps: what is stable against the former one, and keeps the lease', async () => {
    const { look, count, db, releaseId } = await guarded();
    await count([950, 2], [50, 0]);
    expect(await look()).toMatchObject({
      verdict: 'wait',
      exposures: { candidate: 950, stable: 50 },
      guardrails: expect.arrayContaining([
        expect.objectContaining({ name: 'errors', candidateRate: 2 / 950, stableRate: 0 }),
      ]) as unknown,
    });
    expect(await listEvidence(db, { releaseId })).toMatchObject([{ stage: 'guard', look: 0 }]);
    expect(await readGuard(db, releaseId)).toMatchObject({ nextLook: 1 });
  });

  it('takes back what has become worse than the former one, as one press would', async () => {
    const { look, count, takeBack, watch, split, a, app } = await guarded();
    await count([950, 300], [200, 1]);
    expect(await look()).toMatchObject({ verdict: 'fail', guardrail: 'errors' });
    await takeBack();
    expect(await split()).toMatchObject({ stable: a, weight: 0 });
    expect(await watch()).toEqual({ kind: 'ended', outcome: 'rolled_back' });
    const [told] = (await readGuardHealth(database.db)).filter((each) => each.app === app);
    expect(told).toMatchObject({ open: false, takenBackAgoMs: expect.any(Number) as number });
  });

  it('takes back what answers worse than the former one, by scores that came since it is stable', async () => {
    const { look, count, score, takeBack, split, a } = await guarded();
    await count([100, 0], [100, 0]);
    await score(100, 0, 1);
    expect(await look()).toMatchObject({ verdict: 'fail', guardrail: 'score' });
    await takeBack();
    expect(await split()).toMatchObject({ stable: a, weight: 0 });
  });

  it('takes nothing back on the word of a message', async () => {
    const { look, count, takeBack, split, revision } = await guarded();
    await count([950, 0], [50, 0]);
    await look();
    await takeBack();
    expect(await split()).toMatchObject({ stable: revision });
  });

  it('says that nothing can be measured of it, for as long as that is so', async () => {
    const { watch, count, db, releaseId, app } = await guarded();
    const looks = createLookActivities({ db });
    const batch = async () => {
      const watched = await watch();
      if (watched.kind !== 'open') throw new Error(watched.kind);
      const args = { ...watched.batch, forMs: 1, firstRunId: 'run', blind: false };
      return new MockActivityEnvironment().run(looks.takeLooks, args);
    };
    const health = async () => (await readGuardHealth(db)).filter((each) => each.app === app);
    await db.query(`update gateway_instance set heartbeat_at = heartbeat_at - interval '1 hour'`);
    expect(await batch()).toMatchObject({ ended: 'blind' });
    expect(await readGuard(db, releaseId)).toMatchObject({
      blindWhy: expect.stringContaining('a valid measurement: ') as string,
    });
    expect(await health()).toMatchObject([{ open: true, blindMs: expect.any(Number) as number }]);
    await db.query('update gateway_instance set heartbeat_at = now()');
    await count([50, 0], [50, 0]);
    await batch();
    expect((await readGuard(db, releaseId))?.blindWhy).toBeUndefined();
    const [{ blindMs, lookAgeMs } = {}] = await health();
    expect([blindMs, typeof lookAgeMs]).toEqual([undefined, 'number']);
  });

  it('fails for a release that has none', async () => {
    const { app } = await createApp(database.db);
    const { release } = await startRelease(database.db, app, 'b');
    const asked = createGuardActivities({ db: database.db }).watchGuard({ releaseId: release.id });
    await expect(asked).rejects.toMatchObject({ type: 'not_found', nonRetryable: true });
  });
});
