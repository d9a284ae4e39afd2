import { randomUUID } from 'node:crypto';
import type { ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { eraseSubject } from '../evaluations/erase-subject.ts';
import { flushCounters } from '../gateway-view/flush-counters.ts';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { readCharges } from '../gateway-view/read-charges.ts';
import { listGateways } from '../gateways/list-gateways.ts';
import { readCounts } from './read-counts.ts';
import { createApp, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import type { ArmCounterRow, Charge, StepUnit } from './counted.ts';

const store = useDatabase();

function counts(admitted: number, bad = 0): ArmCounts {
  const horizons = { short: { exposed: admitted, bad }, long: { exposed: admitted - 1, bad } };
  return {
    admitted,
    completed: admitted - 1,
    failed: bad,
    rescued: 0,
    tokensIn: 10 * admitted,
    tokensOut: admitted,
    retrievalEmpty: 0,
    retrievalError: 0,
    latencyBuckets: [0, admitted],
    latencySumMs: 100 * admitted,
    guardrails: { errors: horizons, latency: horizons },
  };
}

const hash = { ada: '-9223372036854775808', bob: '9223372036854775807' };

/** An app at 5 % with an environment of gateways of its own; the raise is version 2. */
async function atFivePercent() {
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
  const releaseId = opened.release.id;
  const environment = 'production';
  await store.db.query('delete from gateway_instance');
  const beat = (gatewayId: string, bootId: string, ended = false) =>
    heartbeat(store.db, {
      gatewayId,
      bootId,
      environment,
      acks: { [app]: 2 },
      refusals: {},
      fingerprint: {},
      ended,
    });
  const flush = (
    gatewayId: string,
    bootId: string,
    sequence: number,
    counters: Omit<ArmCounterRow, 'app'>[],
    charges: (Omit<Charge, 'releaseId'> | Omit<StepUnit, 'releaseId'>)[] = [],
    seen: { subjectHash: string; arm: 'stable' | 'candidate'; splitVersion?: number }[] = [],
  ) =>
    flushCounters(store.db, {
      gatewayId,
      bootId,
      environment,
      sequence,
      counters: counters.map((row) => ({ app, ...row })),
      charges: charges.map((charge) => ({ releaseId, ...charge })),
      seen: seen.map((row) => ({ app, splitVersion: 2, ...row })),
    });
  const read = (splitVersions = [2]) => readCounts(store.db, { app, environment, splitVersions, releaseId });
  return { app, opened, releaseId, environment, beat, flush, read };
}

describe('readCounts (invariant 21)', () => {
  it('adds up gateways and boots by version and arm, and counts a repeated or late flush once', async () => {
    const { beat, flush, read } = await atFivePercent();
    await beat('g1', 'boot-1');
    const first = [{ splitVersion: 2, arm: 'candidate', counts: counts(10, 1) } as const];
    const second = [{ splitVersion: 2, arm: 'candidate', counts: counts(30, 2) } as const];
    await flush('g1', 'boot-1', 1, first);
    await flush('g1', 'boot-1', 2, second);
    await flush('g1', 'boot-1', 2, second);
    await flush('g1', 'boot-1', 1, first);
    await flush('g1', 'boot-2', 1, first);
    await flush('g2', 'boot-1', 1, [
      ...first,
      { splitVersion: 2, arm: 'stable', counts: counts(200, 3) },
      { splitVersion: 2, arm: 'lease-expired', counts: counts(4) },
      { splitVersion: 1, arm: 'stable', counts: counts(7) },
    ]);
    const { versions } = await read();
    expect(versions).toHaveLength(1);
    const [version] = versions;
    expect(version?.arms.candidate.counts).toEqual({
      ...counts(50),
      version: 2,
      answerBuckets: [],
      tokensCached: 0,
      completed: 47,
      failed: 4,
      guardrails: {
        errors: { short: { exposed: 50, bad: 4 }, long: { exposed: 47, bad: 4 } },
        latency: { short: { exposed: 50, bad: 4 }, long: { exposed: 47, bad: 4 } },
      },
    });
    expect(version?.arms.stable.counts.admitted).toBe(200);
    expect(version?.arms['lease-expired'].counts.admitted).toBe(4);
    expect(versions[0]?.newestFlushAgeMs).toBeGreaterThanOrEqual(0);
    expect((await read([1, 2])).versions.map((v) => v.arms.stable.counts.admitted)).toEqual([7, 200]);
  });

  it('knows counters by the rows: those of newer gateways, and none that nobody counts', async () => {
    const { flush, read } = await atFivePercent();
    const horizons = { short: { exposed: 5, bad: 1 }, long: { exposed: 4, bad: 1 } };
    const row = (guardrails: ArmCounts['guardrails']) =>
      ({ splitVersion: 2, arm: 'candidate', counts: { ...counts(5), guardrails } }) as const;
    await flush('g1', 'b', 1, [row({ errors: horizons })]);
    await flush('g2', 'b', 1, [row({ errors: horizons, toxicity: horizons })]);
    const judged = (await read()).versions[0]?.arms.candidate.judged;
    expect(judged).toEqual({
      errors: { short: { exposed: 10, bad: 2 }, long: { exposed: 8, bad: 2 } },
      toxicity: horizons,
    });
  });

  it('has a subject that came to several gateways as one unit of a step, as the first has settled it', async () => {
    const { flush, read, releaseId, app } = await atFivePercent();
    const row = (arm: 'candidate' | 'stable') =>
      ({ splitVersion: 2, arm, counts: { ...counts(20), guardrails: {} } }) as const;
    const unit = { guardrail: 'event:thumbs', arm: 'candidate', splitVersion: 2 } as const;
    await flush(
      'g1',
      'b',
      1,
      [row('candidate'), row('stable')],
      [{ ...unit, subjectHash: hash.ada, bad: false }],
    );
    await flush(
      'g2',
      'b',
      1,
      [],
      [
        { ...unit, subjectHash: hash.ada, bad: true },
        { ...unit, subjectHash: hash.bob, bad: true },
        // A step has units of its own.
        { ...unit, subjectHash: hash.ada, splitVersion: 1, bad: true },
      ],
    );
    await flush('g2', 'b', 2, [], [{ ...unit, subjectHash: hash.bob, bad: true }]);
    const judged = async (of = [2]) =>
      (await read(of)).versions.map(({ arms }) => arms.candidate.judged['event:thumbs']?.long);
    expect(await judged()).toEqual([{ exposed: 2, bad: 1 }]);
    expect(await judged([1, 2])).toEqual([
      { exposed: 1, bad: 1 },
      { exposed: 2, bad: 1 },
    ]);
    // Who is erased stays counted, and is named nowhere.
    const erased = await eraseSubject(store.db, { actor: 'user:ada', subjects: [{ app, hash: hash.ada }] });
    expect(erased.chargedSubjects).toBe(2);
    expect(await judged()).toEqual([{ exposed: 2, bad: 1 }]);
    const left = await store.db.query('select from step_unit where release_id = $1', [releaseId]);
    expect(left.rowCount).toBe(1);
  });

  it('charges a subject once, for whoever says so first', async () => {
    const { flush, read, releaseId } = await atFivePercent();
    const row = { splitVersion: 2, arm: 'candidate', counts: counts(20, 1) } as const;
    const errors = { guardrail: 'errors', horizon: 'short', arm: 'candidate', splitVersion: 2 } as const;
    await flush('g1', 'b', 1, [row], [{ ...errors, subjectHash: hash.ada }]);
    await flush(
      'g2',
      'b',
      1,
      [],
      [
        { ...errors, subjectHash: hash.ada, splitVersion: 3, arm: 'stable' },
        { ...errors, subjectHash: hash.bob },
        { ...errors, subjectHash: hash.bob, horizon: 'long' },
      ],
    );
    const [version] = (await read()).versions;
    expect(version?.arms.candidate.charged).toEqual({
      errors: { short: 2, long: 1 },
      latency: { short: 0, long: 0 },
    });
    expect(version?.arms.candidate.judged.errors).toEqual({
      short: { exposed: 20, bad: 3 },
      long: { exposed: 19, bad: 2 },
    });
    expect(version?.arms.stable.charged['errors']!.short).toBe(0);
    const charges = await readCharges(store.db, { releaseIds: [releaseId] });
    expect(charges.map(({ subjectHash }) => subjectHash).sort()).toEqual(
      [hash.ada, hash.bob, hash.bob].sort(),
    );
    // Read again from the last one on, nothing that becomes visible late is missed.
    expect(
      await readCharges(store.db, { releaseIds: [releaseId], afterAt: charges.at(-1)?.at }),
    ).toHaveLength(3);
    expect(await readCharges(store.db, { releaseIds: ['rel_other'] })).toEqual([]);
  });

  it('counts a new subject once, on the arm that it was seen on first', async () => {
    const { flush, read, opened } = await atFivePercent();
    await raise(store.db, opened, { weight: 25, expectedVersion: 2 });
    await flush(
      'g1',
      'b',
      1,
      [],
      [],
      [
        { subjectHash: hash.ada, arm: 'candidate' },
        { subjectHash: hash.bob, arm: 'stable' },
      ],
    );
    await flush('g2', 'b', 1, [], [], [{ subjectHash: hash.ada, arm: 'candidate' }]);
    expect((await read()).versions[0]?.newSubjects).toEqual({ candidate: 1, stable: 1 });
    // Who has come under an earlier version of the release may know his arm, and come again or not by that.
    await flush(
      'g1',
      'b',
      2,
      [],
      [],
      [
        { subjectHash: hash.ada, arm: 'candidate', splitVersion: 3 },
        { subjectHash: '77', arm: 'stable', splitVersion: 3 },
      ],
    );
    expect((await read([2, 3])).versions.map(({ newSubjects }) => newSubjects)).toEqual([
      { candidate: 1, stable: 1 },
      { candidate: 0, stable: 1 },
    ]);
  });

  it('flushes of many gateways at once do not wait for each other in a circle', async () => {
    const { flush, read } = await atFivePercent();
    const subjects = Array.from({ length: 200 }, (_, i) => String(i * 7_919));
    const charge = (subjectHash: string) =>
      ({ guardrail: 'errors', horizon: 'short', arm: 'candidate', splitVersion: 2, subjectHash }) as const;
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => {
        const order = i % 2 === 0 ? subjects : [...subjects].reverse();
        return flush(
          `g${i}`,
          'b',
          1,
          [],
          order.map(charge),
          order.map((subjectHash) => ({ subjectHash, arm: 'stable' })),
        );
      }),
    );
    const [version] = (await read()).versions;
    expect(version?.arms.candidate.charged.errors!.short).toBe(200);
    expect(version?.newSubjects.stable).toBe(200);
  });

  it('has an empty count for a version that nobody has counted under, and no age', async () => {
    const { read } = await atFivePercent();
    const empty = await read([2]);
    expect(empty.versions[0]?.arms.candidate.counts.admitted).toBe(0);
    expect(empty.versions[0]).not.toHaveProperty('newestFlushAgeMs');
    expect(empty.gateways).toEqual([]);
  });
});

describe('gaps (invariant 21)', () => {
  const silence = (bootId: string, seconds: number) =>
    store.db.query(
      `update gateway_instance set heartbeat_at = now() - $2 * interval '1 second' where boot_id = $1`,
      [bootId, seconds],
    );

  it('are boots that fell silent during the version without a last flush', async () => {
    const { app, environment, beat, read } = await atFivePercent();
    const boots = ['live', 'ended', 'killed'].map((name) => `${name}-${randomUUID()}`);
    for (const boot of boots) await beat('g', boot);
    const [live, ended, killed] = boots;
    await beat('g', ended!, true);
    await silence(ended!, 6);
    await silence(killed!, 6);
    // The version began a minute ago: the killed one was there.
    await store.db.query(`update split_history set at = now() - interval '1 minute' where app = $1`, [app]);
    const { gateways, gaps } = await read();
    expect(gaps).toEqual([`g/${killed!}`]);
    expect(
      gateways.map(({ bootId, live: lives, endedCleanly, ack }) => ({ bootId, lives, endedCleanly, ack })),
    ).toEqual(
      expect.arrayContaining([
        { bootId: live, lives: true, endedCleanly: false, ack: 2 },
        { bootId: ended, lives: false, endedCleanly: true, ack: 2 },
        { bootId: killed, lives: false, endedCleanly: false, ack: 2 },
      ]),
    );
    const listed = await listGateways(store.db, { environment });
    expect(listed.find(({ bootId }) => bootId === live)).toMatchObject({ live: true, acks: { [app]: 2 } });
    // It was only cut off: its counts are cumulative, so nothing is missing.
    await beat('g', killed!);
    expect((await read()).gaps).toEqual([]);
  });

  it('are not boots that died before the version, or came after the next one began', async () => {
    const { app, opened, beat, read } = await atFivePercent();
    await raise(store.db, opened, { weight: 25, expectedVersion: 2 });
    const life = (version: number, secondsAgo: number) =>
      store.db.query(
        `update split_history set at = now() - $3 * interval '1 second' where app = $1 and version = $2`,
        [app, version, secondsAgo],
      );
    await life(1, 100);
    await life(2, 60);
    await life(3, 30);
    for (const boot of ['before', 'after']) await beat('g', boot);
    await store.db.query(
      `update gateway_instance set started_at = now() - interval '90 seconds' where boot_id = 'before'`,
    );
    await silence('before', 70);
    await store.db.query(
      `update gateway_instance set started_at = now() - interval '20 seconds' where boot_id = 'after'`,
    );
    await silence('after', 10);
    expect((await read([2])).gaps).toEqual([]);
    expect((await read([1])).gaps).toEqual(['g/before']);
    expect((await read([3])).gaps).toEqual(['g/after']);
  });
});
