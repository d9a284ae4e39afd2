import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsSources } from './metrics/measure-metrics.ts';
import { randomUUID } from 'node:crypto';
import { flushCounters } from '../../config-store/gateway-view/flush-counters.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { countedErrors } from '../../config-store/test-fixtures/counted-errors.ts';
import { readLease } from '../../config-store/test-fixtures/read-lease.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { recordCommand } from '../../config-store/releases/commands/record-command.ts';
import { readHealth } from '../../config-store/releases/read-health.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import type { SeenSubject } from '../../config-store/looks/counted.ts';
import {
  createApp,
  environment,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { storeLook } from '../../config-store/looks/store-look.ts';
import { withdrawRelease } from '../../config-store/splits/withdraw-release.ts';
import { planSchema } from '../../domain/release/plan.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { PlanGuardrails } from '../../domain/guardrail/plan-guardrails.ts';
import type { LookArgs, LookResult } from './contract.ts';
import { createLookActivities } from './look.ts';

const database = useDatabase();

/** A release at 50 %, whose plan holds for `hold`, with one gateway that counts what it is told. */
async function atFifty(
  hold = '0s',
  {
    guardrails: named = {},
    counting = {},
    sources,
  }: { guardrails?: PlanGuardrails | object[]; counting?: JsonObject; sources?: MetricsSources } = {},
) {
  const { db } = database;
  const { app, a } = await createApp(db);
  const steps = [
    { weight: 50, hold, minExposures: 10 },
    { weight: 100, hold, minExposures: 10 },
  ];
  const plan = planSchema.parse({ evaluate: 'skip', mirror: 'skip', steps, guardrails: named });
  const opened = await startRelease(db, app, 'b', plan);
  const { version } = await raise(db, opened, {
    weight: 50,
    expectedVersion: opened.splitVersion,
    counting,
  }).then((written) => {
    if (written.kind !== 'written') throw new Error(written.kind);
    return written;
  });
  // A gateway id of its own: gateways are the environment's, and each test looks at its own app.
  const gateway = { gatewayId: randomUUID(), bootId: randomUUID(), environment };
  let sequence = 0;
  const beat = () => heartbeat(db, { ...gateway, acks: { [app]: version }, refusals: {}, fingerprint: {} });
  await beat();
  const looks = createLookActivities({ db, sources });
  const args: LookArgs = {
    ...{ releaseId: opened.release.id, stage: 'canary-50', look: 0, splitVersion: version, weight: 50 },
    ...{
      elapsedMs: 1_000,
      heldMs: 1_000,
      holdMs: 60_000,
      deadlineMs: 90_000,
      minExposures: 10,
      leaseMs: 60_000,
    },
    ...{ promote: false },
  };
  return {
    ...{ app, a, version, releaseId: opened.release.id, gateway, beat },
    takeLook: (more: Partial<LookArgs> = {}) => looks.takeLook({ ...args, ...more }),
    /** A person's word to go on before the step has passed. */
    promote: async () => {
      const { id: releaseId } = opened.release;
      await setProgress(db, { releaseId, stage: 'canary-50', progress: {} });
      await recordCommand(db, { releaseId, kind: 'promote', actor: 'user:ada', idempotencyKey: 'p' });
    },
    evidence: () => listEvidence(db, { releaseId: opened.release.id }),
    /** What the gateway observes of answers: pairs of what they cost, of so many subjects. */
    observe: (costs: { candidate: number; stable: number }, subjects: readonly number[]) => {
      sequence += 1;
      const observations = subjects.flatMap((subject) =>
        (['candidate', 'stable'] as const).map((arm) => ({
          ...{ releaseId: opened.release.id, guardrail: 'cost', splitVersion: version, arm, ageMs: 0 },
          subjectHash: `${subject}${arm === 'stable' ? '1' : '2'}`,
          value: costs[arm] * (subject % 2 === 0 ? 0.5 : 1.5),
        })),
      );
      return flushCounters(db, { ...gateway, sequence, counters: [], charges: [], seen: [], observations });
    },
    /** Cumulative counts of the gateway. */
    count: (
      candidate: [number, number],
      stable: [number, number],
      { seen = [], drawn = [0, 0] }: { seen?: SeenSubject[]; drawn?: [number, number] } = {},
    ) => {
      sequence += 1;
      const counters = [
        row(app, version, 'candidate', candidate, drawn[0]),
        row(app, version, 'stable', stable, drawn[1]),
      ];
      return flushCounters(db, { ...gateway, sequence, counters, charges: [], seen });
    },
  };
}

function row(
  app: string,
  splitVersion: number,
  arm: 'candidate' | 'stable',
  [exposed, bad]: [number, number],
  drawn: number,
) {
  const zeros = {
    completed: 0,
    failed: 0,
    rescued: 0,
    tokensIn: 0,
    tokensOut: 0,
    retrievalEmpty: 0,
    retrievalError: 0,
  };
  const counts = { admitted: exposed, drawn, ...zeros, latencyBuckets: [], latencySumMs: 0 };
  return { app, splitVersion, arm, counts: { ...counts, guardrails: countedErrors(exposed, bad) } };
}

describe('a look at means', () => {
  const means = {
    guardrails: { cost: {} },
    counting: { endedMs: 0, observed: { cost: { kind: 'cost', least: 0, most: 0.05 } } },
  };
  const subjects = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  const costOf = ({ guardrails: all }: LookResult) => all.find(({ name }) => name === 'cost')!;

  it('judges what was observed once, and goes on from where it was', async () => {
    const release = await atFifty('0s', means);
    await release.count([400, 0], [400, 0]);
    await release.observe({ candidate: 0.01, stable: 0.01 }, subjects(100, 60));
    const first = await release.takeLook();
    expect(costOf(first).values).toEqual({ candidate: '$0.0100 (60)', stable: '$0.0100 (60)' });
    // Told again, and taken again: nothing is judged twice.
    await release.observe({ candidate: 0.01, stable: 0.01 }, subjects(100, 60));
    expect(await release.takeLook()).toEqual(first);
    expect(costOf(await release.takeLook({ look: 1 }))).toMatchObject({
      values: costOf(first).values,
      evidence: costOf(first).evidence,
    });
    await release.observe({ candidate: 0.02, stable: 0.01 }, subjects(200, 300));
    const worse = await release.takeLook({ look: 2 });
    expect(worse).toMatchObject({ verdict: 'fail', guardrail: 'cost' });
    expect(costOf(worse).values!.candidate).toMatch(/\(360\)$/);
  });

  it('never passes where no gateway observes, and passes once it is observed', async () => {
    const release = await atFifty('0s', means);
    await release.count([400, 0], [400, 0]);
    const look = { heldMs: 60_000 };
    const reason = 'not judged: cost an answer: no answers of both arms observed yet';
    expect(await release.takeLook(look)).toMatchObject({ verdict: 'wait', reason });
    await release.observe({ candidate: 0.01, stable: 0.01 }, subjects(100, 3));
    expect(await release.takeLook({ ...look, look: 1 })).toMatchObject({ verdict: 'pass' });
  });
});

describe('a look that asks a metric store', () => {
  it('holds while it has no numbers, and takes a candidate back that is worse by them', async () => {
    const counts = new Map<string, number>();
    const store = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        const value = counts.get(new URLSearchParams(text).get('query') ?? '');
        const result = value === undefined ? [] : [{ metric: {}, value: [1, String(value)] }];
        response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
      });
    });
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    const { port } = store.address() as AddressInfo;
    const queries = { candidate: { bad: 'cb', exposed: 'ce' }, stable: { bad: 'sb', exposed: 'se' } };
    const release = await atFifty('0s', {
      guardrails: [{ name: 'orders', kind: 'prometheus', ...queries }],
      sources: () => new Map([['prometheus', { url: `http://127.0.0.1:${port}`, timeoutMs: 30_000 }]]),
    });
    const told = (ce: number, cb: number, se: number, sb: number): void => {
      for (const [query, value] of Object.entries({ ce, cb, se, sb })) counts.set(query, value);
    };
    const look = async (number: number) => {
      await release.count([40, 0], [40, 0]);
      return release.takeLook({ look: number, heldMs: 60_000 });
    };
    try {
      expect(await look(0)).toMatchObject({
        verdict: 'wait',
        reason: expect.stringContaining('orders') as string,
      });
      told(0, 0, 0, 0);
      expect(await look(1)).toMatchObject({ verdict: 'wait' });
      told(200, 120, 200, 2);
      expect(await look(2)).toMatchObject({ verdict: 'fail', guardrail: 'orders' });
      expect((await release.evidence()).at(-1)?.counts).toMatchObject({
        readings: { orders: { candidate: { exposed: 200, bad: 120 } } },
        'prometheus:orders': { long: [{ candidateExposed: 200, candidateBad: 120 }] },
      });
    } finally {
      store.closeAllConnections();
      store.close();
    }
  });
});

describe('a look', () => {
  it('stores what was counted since the last one, and judges all of it', async () => {
    const release = await atFifty();
    await release.count([40, 1], [40, 1]);
    expect(await release.takeLook()).toMatchObject({
      verdict: 'wait',
      exposures: { candidate: 40, stable: 40 },
    });
    await release.count([100, 3], [110, 2]);
    const second = await release.takeLook({ look: 1, heldMs: 60_000 });
    expect(second).toMatchObject({ verdict: 'pass', exposures: { candidate: 100, stable: 110 } });
    const rows = await release.evidence();
    expect(rows.map(({ counts }) => counts)).toMatchObject([
      { errors: { short: [{ candidateExposed: 40, candidateBad: 1 }] } },
      { errors: { short: [{ candidateExposed: 60, candidateBad: 2, stableExposed: 70, stableBad: 1 }] } },
    ]);
  });

  it('gives, when it is repeated, what was stored, whatever has been counted since', async () => {
    const release = await atFifty();
    await release.count([40, 1], [40, 1]);
    const first = await release.takeLook();
    await release.count([400, 300], [400, 1]);
    expect(await release.takeLook()).toEqual(first);
    expect(await release.evidence()).toHaveLength(1);
    expect((await release.takeLook({ look: 1 })).verdict).toBe('fail');
  });

  it('renews the lease after a valid measurement that is no fail, and only then (invariant 23)', async () => {
    const release = await atFifty();
    const lease = () => readLease(database.db, { app: release.app, environment });
    await release.count([40, 1], [40, 1]);
    await release.takeLook({ leaseMs: 77_000 });
    expect(await lease()).toMatchObject({ ttlMs: 77_000 });
    await release.count([400, 300], [400, 1]);
    await release.takeLook({ look: 1, leaseMs: 88_000 });
    expect(await lease()).toMatchObject({ ttlMs: 77_000 });
  });

  it('is superseded where somebody has rolled back, and stores nothing', async () => {
    const release = await atFifty();
    const reason = 'by hand';
    await rollback(database.db, {
      app: release.app,
      environment,
      actor: 'user:bob',
      reason,
      operationId: 'x',
    });
    expect(await release.takeLook()).toMatchObject({ verdict: 'superseded' });
    expect(await release.evidence()).toEqual([]);
  });

  it('that is taken again after its batch has withdrawn the candidate says that it failed, and by what', async () => {
    const release = await atFifty();
    const guardrails = [
      { name: 'latency', evidence: 0.4 },
      { name: 'errors', evidence: 9 },
      { name: 'failovers', evidence: 20 },
    ];
    await storeLook(database.db, {
      ...{ releaseId: release.releaseId, stage: 'canary-50', look: 1, splitVersion: release.version },
      ...{ counts: {}, judgement: { version: 2, fail: true, absolute: 'within', guardrails } },
    });
    const { firstRunId } = await requireRelease(database.db, release.releaseId);
    await withdrawRelease(database.db, {
      ...{ releaseId: release.releaseId, firstRunId, expectedVersion: release.version },
      ...{
        operationId: 'w',
        actor: 'system:release',
        ending: 'rolled_back',
        reason: 'errors worse than stable',
      },
    });
    expect(await release.takeLook()).toMatchObject({
      ...{ verdict: 'fail', reason: 'errors worse than stable', guardrail: 'errors' },
    });
  });

  it('says that there are commands to read', async () => {
    const release = await atFifty();
    await recordCommand(database.db, {
      ...{ releaseId: release.releaseId, kind: 'pause', actor: 'user:ada', idempotencyKey: 'k' },
    });
    expect(await release.takeLook()).toMatchObject({ verdict: 'wait', unreadCommands: true });
  });

  it('is an error where the subjects that gateways drew are not split as the weight says (invariant 16)', async () => {
    const release = await atFifty();
    await release.count([390, 0], [10, 0], { drawn: [390, 10] });
    await expect(release.takeLook()).rejects.toMatchObject({
      type: 'broken_measurement',
      nonRetryable: true,
    });
    expect(await release.evidence()).toEqual([]);
  });

  it('waits, and says why, where it is the subjects of callers that are not; what is bad is found', async () => {
    const release = await atFifty();
    const seen = Array.from({ length: 400 }, (_, i): SeenSubject => {
      return {
        app: release.app,
        splitVersion: release.version,
        subjectHash: String(i),
        arm: i < 390 ? 'candidate' : 'stable',
      };
    });
    await release.count([390, 0], [390, 0], { seen, drawn: [200, 200] });
    await release.beat(); // What was seen takes its time to be written on a busy machine.
    const held = { heldMs: 60_000, promote: false };
    const said = 'callers sent 390 new subjects of the candidate and 10 of stable at 50 %';
    expect(await release.takeLook(held)).toMatchObject({
      ...{ verdict: 'wait', byCallers: true, reason: expect.stringContaining(said) as string },
    });
    const [health] = await readHealth(database.db, release.releaseId);
    expect(health).toMatchObject({
      condition: 'waiting',
      callersWord: expect.stringContaining(said) as string,
    });
    await release.beat();
    expect(await release.takeLook({ ...held, look: 1, heldMs: 90_000 })).toMatchObject({
      ...{ verdict: 'inconclusive', byCallers: true },
    });
    await release.promote();
    await release.beat();
    expect(await release.takeLook({ ...held, look: 2, promote: true })).toMatchObject({ verdict: 'pass' });
    await release.count([790, 300], [790, 0], { drawn: [600, 600] });
    await release.beat();
    expect(await release.takeLook({ look: 3 })).toMatchObject({ verdict: 'fail', guardrail: 'errors' });
  });

  it('is an error where counters have fallen, which no flush can bring about: that is no measurement', async () => {
    const release = await atFifty();
    await release.count([40, 1], [40, 1]);
    await release.takeLook();
    await release.count([10, 0], [40, 1]);
    expect((await release.takeLook({ look: 1 })).exposures).toEqual({ candidate: 40, stable: 40 });
    await database.db.query(
      `update arm_counter set counts = jsonb_set(counts, '{guardrails,errors,long,exposed}', '3') where app = $1`,
      [release.app],
    );
    await expect(release.takeLook({ look: 2 })).rejects.toMatchObject({ type: 'broken_measurement' });
  });

  it('passes nothing on counts that are old', async () => {
    const release = await atFifty();
    await release.count([100, 1], [100, 1]);
    await database.db.query(
      `update arm_counter set updated_at = now() - interval '6 seconds' where app = $1`,
      [release.app],
    );
    expect((await release.takeLook({ heldMs: 60_000 })).verdict).toBe('wait');
  });

  it('is an error where no gateway is alive', async () => {
    const release = await atFifty();
    await database.db.query(`update gateway_instance set heartbeat_at = now() - interval '1 minute'`);
    await expect(release.takeLook()).rejects.toMatchObject({ type: 'broken_measurement' });
  });

  it('keeps what it said with its evidence, and says no more when it is taken again', async () => {
    const release = await atFifty();
    await release.count([100, 1], [100, 1]);
    expect((await release.takeLook()).verdict).toBe('wait');
    expect((await release.takeLook({ heldMs: 60_000 })).verdict).toBe('wait');
    expect((await release.takeLook({ look: 1, heldMs: 60_000 })).verdict).toBe('pass');
    expect((await release.evidence()).map(({ judgement }) => judgement)).toMatchObject([
      { verdict: 'wait' },
      { verdict: 'pass' },
    ]);
  });

  it('is held to the plan and to what people have said, whatever it is asked', async () => {
    const release = await atFifty('10m');
    await release.count([100, 1], [100, 1]);
    const easy = { holdMs: 0, heldMs: 900_000, minExposures: 0, deadlineMs: 9_999_999 };
    expect(await release.takeLook({ ...easy, promote: true })).toMatchObject({
      ...{ verdict: 'wait', reason: 'the hold is not over' },
    });
    expect((await release.takeLook({ ...easy, look: 1, stage: 'canary-100' })).verdict).toBe('wait');
    // The weight that is judged is the one that is served: at 100 % other rules hold.
    await release.count([400, 300], [400, 290]);
    expect((await release.takeLook({ ...easy, look: 2, weight: 100 })).verdict).not.toBe('alarm');
    await release.promote();
    expect(await release.takeLook({ ...easy, look: 3, promote: true })).toMatchObject({
      ...{ verdict: 'pass', lacking: 'the hold is not over' },
    });
    expect((await release.evidence()).at(-1)?.judgement).toMatchObject({ lacking: 'the hold is not over' });
    expect((await release.takeLook({ ...easy, look: 4 })).verdict).toBe('wait');
  });

  it('goes on while the promotion of the last step waits', async () => {
    const release = await atFifty();
    await release.count([100, 1], [100, 1]);
    await release.takeLook();
    const waiting = await release.takeLook({ stage: 'finish', heldMs: 0, elapsedMs: 0 });
    expect(waiting.verdict).toBe('wait');
  });

  it('lets a candidate live for no longer than its plan and one look', async () => {
    const release = await atFifty();
    await release.count([40, 1], [40, 1]);
    await release.takeLook({ leaseMs: 86_400_000 });
    const lease = await readLease(database.db, { app: release.app, environment });
    expect(lease?.ttlMs).toBe(90_000);
  });
});
