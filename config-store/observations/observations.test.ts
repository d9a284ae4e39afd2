import { eraseSubject } from '../evaluations/erase-subject.ts';
import { flushCounters } from '../gateway-view/flush-counters.ts';
import { closeRelease } from '../releases/close-release.ts';
import { rollback } from '../splits/rollback.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { storeObservations } from '../test-fixtures/store-observations.ts';
import { listObservations } from './list-observations.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import type { FlushedObservation } from './observation.ts';

const store = useDatabase();
const actor = 'user:ada';

/** A release at 5 % under version 2, whose gateways are to observe `cost`. */
async function observedRelease() {
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  const segments = { cost: { label: 'tenant', values: ['acme', '@=%'] } };
  const counting = { observed: { cost: {} }, segments };
  await raise(store.db, opened, { weight: 5, expectedVersion: 1, counting });
  const releaseId = opened.release.id;
  const flush = (gatewayId: string, observations: Partial<FlushedObservation>[]) =>
    flushCounters(store.db, {
      ...{ gatewayId, bootId: 'boot', environment, sequence: 1, counters: [], charges: [], seen: [] },
      observations: observations.map((some) => ({ ...told, releaseId, ...some })),
    });
  const end = async () => {
    await rollback(store.db, { app, environment, operationId: `${releaseId}/end`, actor, reason: 'bad' });
    await closeRelease(store.db, {
      releaseId,
      outcome: 'rolled_back',
      reason: 'bad',
      actor: 'system:release',
    });
  };
  return { app, releaseId, flush, end };
}

const told = {
  guardrail: 'cost',
  splitVersion: 2,
  arm: 'candidate' as const,
  subjectHash: '7',
  ageMs: 1_000,
  value: 0.02,
};

async function kept(releaseId: string) {
  const { rows } = await store.db.query<{ guardrail: string; subject: string; value: number | null }>(
    `select guardrail, subject_hash::text as subject, value from observation where release_id = $1 order by admitted_at`,
    [releaseId],
  );
  return rows.map(({ guardrail, subject, value }) => [guardrail, subject, value]);
}

describe('what gateways observe', () => {
  it('is kept once, however often they tell of it, and of a subject what was admitted first', async () => {
    const { releaseId, flush } = await observedRelease();
    const { value: _unknown, ...unknown } = told;
    await flush('one', [told, { ...unknown, subjectHash: '8', ageMs: 500 }]);
    await flush('one', [told]);
    await flush('other', [
      { ...told, ageMs: 100, value: 0.5 },
      { ...told, subjectHash: '8', ageMs: 90_000, value: 0.1 },
    ]);
    expect(await kept(releaseId)).toEqual([
      ['cost', '8', 0.1],
      ['cost', '7', 0.02],
    ]);
  });

  it('is of segments that the plan names, and of no others', async () => {
    const { releaseId, flush } = await observedRelease();
    const named = ['cost@tenant=acme', 'cost@tenant=@=%'];
    const others = [
      'cost@tenant=hooli',
      'cost@region=acme',
      'cost@',
      'cost@tenant=acme@',
      'tokens@tenant=acme',
    ];
    await flush(
      'one',
      ['cost', ...named, ...others].map((guardrail, i) => ({ guardrail, ageMs: 1_000 - i })),
    );
    expect((await kept(releaseId)).map(([guardrail]) => guardrail)).toEqual(['cost', ...named]);
  });

  it('is of the release’s own guardrails and versions, and nothing once it has ended', async () => {
    const { releaseId, flush, end } = await observedRelease();
    await flush('one', [
      { ...told, guardrail: 'score' },
      { ...told, splitVersion: 1 },
      { ...told, splitVersion: 3 },
    ]);
    await end();
    await flush('one', [told]);
    expect(await kept(releaseId)).toEqual([]);
  });

  it('is listed in the order of admission, with what nobody knows as such', async () => {
    const { releaseId, flush } = await observedRelease();
    await flush('one', [told, { ...told, value: undefined, subjectHash: '8', ageMs: 500 }]);
    const listed = await listObservations(store.db, { releaseId, limit: 10 });
    expect(listed.map(({ hash, value }) => [hash, value])).toEqual([
      ['7', 0.02],
      ['8', null],
    ]);
    expect(listed[0]!.atMicros).toBeLessThan(listed[1]!.atMicros);
  });

  it('goes with its subject', async () => {
    const { app, releaseId, flush } = await observedRelease();
    await flush('one', [told, { ...told, subjectHash: '8' }]);
    const erased = await eraseSubject(store.db, { subjects: [{ app, hash: '7' }], actor });
    expect([erased.observations, await kept(releaseId)]).toEqual([1, [['cost', '8', 0.02]]]);
  });
});

it('keeps what an observer has worked through, whose watermark never goes back', async () => {
  const { releaseId, end } = await observedRelease();
  const at = (minute: number) => `2026-11-30T12:0${minute}:00.000Z`;
  const scored = { splitVersion: 2, arm: 'stable' as const, subjectHash: '-9', value: 0.75 };
  const watermark = async () => {
    const { rows } = await store.db.query<{ upTo: Date }>(
      'select admitted_up_to as "upTo" from observation_watermark where release_id = $1',
      [releaseId],
    );
    return rows[0]?.upTo.toISOString();
  };
  const of = { releaseId, guardrail: 'answers' };
  const observations = [{ ...scored, admittedAt: at(1) }];
  await storeObservations(store.db, { ...of, observations, admittedUpTo: at(3) });
  await storeObservations(store.db, { ...of, observations, admittedUpTo: at(2) });
  expect([await kept(releaseId), await watermark()]).toEqual([[['answers', '-9', 0.75]], at(3)]);
  await end();
  await storeObservations(store.db, { ...of, observations: [], admittedUpTo: at(5) });
  expect(await watermark()).toBe(at(3));
});
