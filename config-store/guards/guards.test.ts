import type { JsonObject } from '../../domain/json.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { readGatewayView } from '../gateway-view/read-gateway-view.ts';
import { storeLook } from '../looks/store-look.ts';
import { requireRelease } from '../releases/require-release.ts';
import { readCondemnation } from '../splits/read-condemnation.ts';
import { readSplit } from '../splits/read-split.ts';
import { rollback } from '../splits/rollback.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { makeStable } from '../test-fixtures/unfounded-writes.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { closeGuard, takeBackGuarded } from './end-guard.ts';
import { listOpenGuards, readClosedBy, readGuard } from './read-guards.ts';

const database = useDatabase();

/** A release that was promoted with 5 % held back, by a plan with or without a guard. */
async function guarded(guard?: string) {
  const { db } = database;
  const { app, a } = await createApp(db);
  const plan = planSchema.parse({
    evaluate: 'skip',
    mirror: 'skip',
    ...(guard === undefined ? {} : { guard }),
  });
  const opened = await startRelease(db, app, 'b', plan);
  const { release, splitVersion } = opened;
  await raise(db, opened, { weight: 95, expectedVersion: splitVersion, operation: 'canary-100' });
  const { id: releaseId, revision: b } = release;
  await makeStable(db, {
    ...{ releaseId, operationId: `${releaseId}/finish`, expectedVersion: splitVersion + 1 },
    ...{ actor: 'system:release', reason: 'passed' },
  });
  return {
    ...{ db, app, a, b, releaseId, version: splitVersion + 2 },
    view: async () => (await readGatewayView(db, { environment })).apps[app],
    split: () => readSplit(db, { app, environment }),
    press: () =>
      rollback(db, { app, environment, actor: 'user:ada', reason: 'wrong', operationId: `press-${app}` }),
    look: (look: number, judgement: JsonObject) =>
      storeLook(db, {
        ...{ releaseId, stage: 'guard', look, splitVersion: splitVersion + 2, leaseMs: 75_000 },
        ...{ counts: { version: 2, elapsedMs: 15_000 }, judgement, progress: { look } },
      }),
    /** As if it had been opened, and looked at, so long ago. */
    age: (interval: string) =>
      db.query(`update guard set opened_at = opened_at - $2::interval where release_id = $1`, [
        releaseId,
        interval,
      ]),
  };
}

const within = { fail: false, absolute: 'within', verdict: 'pass', guardrails: [] };

describe('the guard of a release', () => {
  it('begins as the candidate becomes stable: the app is free, and gateways hold the former one back', async () => {
    const { releaseId, view, split, a, b, db, version } = await guarded('60m');
    expect((await requireRelease(db, releaseId)).state).toBe('promoted');
    expect(await split()).toMatchObject({ stable: b, weight: 0, version });
    expect((await split())?.candidate).toBeUndefined();
    expect(await view()).toMatchObject({
      split: { stable: b, weight: 0 },
      guard: { releaseId, former: a, weight: 95, counting: { releaseId } },
      lease: { releaseId, ttlMs: 60_000 },
    });
    expect(await readGuard(db, releaseId)).toMatchObject({
      formerLabel: 'a',
      holdMs: 3_600_000,
      nextLook: 0,
    });
  });

  it('is none of a plan that does not say so, as those of before', async () => {
    const { releaseId, view, db } = await guarded();
    expect(await readGuard(db, releaseId)).toBeUndefined();
    const { guard, lease } = (await view()) ?? {};
    expect([guard, lease]).toEqual([undefined, undefined]);
  });

  it('is ended by one press, which goes back to the former stable revision', async () => {
    const { releaseId, press, split, view, a, db } = await guarded('60m');
    expect(await press()).toMatchObject({ kind: 'done', serving: a });
    expect(await split()).toMatchObject({ stable: a });
    expect(await readGuard(db, releaseId)).toMatchObject({ outcome: 'rolled_back', decidedBy: 'user:ada' });
    expect((await view())?.guard).toBeUndefined();
  });

  it('ends where somebody takes out what it holds back: nobody gets that any more, and stable stays', async () => {
    const { app, releaseId, split, a, b, db } = await guarded('60m');
    const press = {
      app,
      environment,
      takeOut: a,
      actor: 'user:ada',
      reason: 'leaks',
      operationId: `out-${app}`,
    };
    expect(await rollback(db, press)).toMatchObject({ kind: 'done', takenOut: a, serving: b });
    expect(await split()).toMatchObject({ stable: b });
    expect(await readGuard(db, releaseId)).toMatchObject({ outcome: 'closed', decidedBy: 'user:ada' });
    expect(await readCondemnation(db, { app, environment, revision: a })).toMatchObject({ cause: 'person' });
    expect(await rollback(db, { ...press, operationId: `again-${app}` })).toMatchObject({ kind: 'already' });
  });

  it('is closed by the start of the next release, which knows what was not decided', async () => {
    const { app, releaseId, look, view, split, b, db, version } = await guarded('60m');
    await look(0, {
      ...within,
      verdict: 'wait',
      guardrails: [{ name: 'errors', evidence: 0.4, threshold: 3 }],
    });
    const next = await startRelease(db, app, 'c');
    expect(next).toMatchObject({ splitVersion: version + 1, release: { stable: b } });
    expect(await split()).toMatchObject({ stable: b, version: version + 1 });
    expect((await view())?.guard).toBeUndefined();
    expect(await readClosedBy(db, next.release.id)).toMatchObject({
      ...{ releaseId, outcome: 'closed', closedBy: next.release.id },
      undecided: { holdMs: 3_600_000, guardrails: [{ name: 'errors', evidence: 0.4 }] },
    });
  });

  it('renews its lease with each look, and no more once it is over', async () => {
    const { look, press, view } = await guarded('60m');
    expect(await look(0, within)).toMatchObject({ renewed: true });
    expect((await view())?.lease).toMatchObject({ ttlMs: 75_000 });
    await press();
    expect(await look(1, within)).toMatchObject({ renewed: false });
  });

  it('passes by its stored looks alone, and for the time that it was looked at', async () => {
    const { app, releaseId, look, split, age, db, b, version } = await guarded('2s');
    const close = () => closeGuard(db, { releaseId, actor: 'system:release' });
    expect(await close()).toEqual({ kind: 'not-over' });
    await age('10 minutes');
    await look(0, { ...within, fail: true });
    expect(await close()).toEqual({ kind: 'not-over' });
    await db.query(`update split_history set at = at - interval '1 minute' where app = $1 and version = $2`, [
      app,
      version,
    ]);
    await look(1, within);
    expect(await close()).toEqual({ kind: 'closed', outcome: 'passed' });
    expect(await split()).toMatchObject({ stable: b, version: version + 1 });
    expect(await close()).toEqual({ kind: 'ended', outcome: 'passed' });
    expect((await listOpenGuards(db)).filter((open) => open.releaseId === releaseId)).toEqual([]);
  });

  it('that nobody has looked at ends as inconclusive, and takes nothing back', async () => {
    const { releaseId, age, split, db, b } = await guarded('2s');
    await age('10 minutes');
    expect(await closeGuard(db, { releaseId, actor: 'system:reconciler' })).toMatchObject({
      outcome: 'inconclusive',
    });
    expect(await split()).toMatchObject({ stable: b });
  });

  it('takes its revision out and condemns it where a stored look says so, once, and not over a later write', async () => {
    const { releaseId, look, split, app, a, b, db, version } = await guarded('60m');
    const takeBack = (expectedVersion: number) =>
      takeBackGuarded(db, { releaseId, expectedVersion, actor: 'system:release', reason: 'errors worse' });
    expect(await takeBack(version)).toBe('moved');
    await look(0, { ...within, fail: true, verdict: 'fail' });
    expect(await takeBack(version - 1)).toBe('moved');
    expect(await takeBack(version)).toBe('done');
    expect(await split()).toMatchObject({ stable: a, version: version + 1 });
    expect(await readCondemnation(db, { app, environment, revision: b })).toMatchObject({
      cause: 'guardrail',
    });
    expect(await readGuard(db, releaseId)).toMatchObject({
      outcome: 'rolled_back',
      decidedBy: 'system:release',
    });
    expect(await takeBack(version + 1)).toBe('moved');
  });
});
