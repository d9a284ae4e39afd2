import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../domain/json.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import { incrementsOfRow, rowOfIncrements, type Increments } from '../judging/increments.ts';
import { judgeLooks } from '../judging/judge-looks.ts';
import { measureMetrics } from './measure-metrics.ts';

const plan = planSchema.parse({
  guardrails: [
    {
      ...{
        name: 'orders',
        kind: 'prometheus',
        candidate: { bad: 'cb', exposed: 'ce' },
        stable: { bad: 'sb', exposed: 'se' },
      },
    },
  ],
});
const counts: Record<string, number | undefined> = {};
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += String(chunk)));
  request.on('end', () => {
    const value = counts[new URLSearchParams(text).get('query') ?? ''];
    const result = value === undefined ? [] : [{ metric: {}, value: [1, String(value)] }];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The same, where nothing bad need ever happen. */
const calm = planSchema.parse({
  guardrails: [{ ...(plan.guardrails['orders'] as JsonObject), name: 'orders', zeroExpected: true }],
});
const looks: Increments[] = [];
beforeEach(() => {
  looks.length = 0;
});

/** Takes a look at these counters, and keeps it as its row would. */
async function look(
  now: readonly [ce: number, cb: number | undefined, se: number, sb: number],
  splitVersion = 2,
  by = plan,
) {
  [counts['ce'], counts['cb'], counts['se'], counts['sb']] = now;
  const sources = () => new Map([['prometheus', { url, timeoutMs: 30_000 }]]);
  const present = { splitVersion, elapsedMs: 1_000 };
  const measured = await measureMetrics(
    { plan: by, environment: 'production', sources },
    looks.at(-1),
    present,
  );
  const taken = incrementsOfRow(
    JSON.parse(JSON.stringify(rowOfIncrements({ elapsedMs: 1_000, dryRuns: {}, ...measured }))),
  );
  looks.push(taken);
  const [row] = taken.counters['prometheus:orders']?.long ?? [];
  return row && [row.candidateExposed, row.candidateBad, row.stableExposed, row.stableBad];
}

const judged = () =>
  judgeLooks(
    looks.map((each) => ({ ...each, stage: 'canary-5' })),
    { plan, rules: 2 },
    { stage: 'canary-5', splitVersion: 2, weight: 5, minExposures: 10 },
  );

it('adds what the counters have grown by since the look before, of the same split version', async () => {
  expect(await look([1_000, 50, 9_000, 90])).toEqual([0, 0, 0, 0]);
  expect(await look([1_010, 52, 9_100, 91])).toEqual([10, 2, 100, 1]);
  expect(await look([1_010, 52, 9_100, 91])).toEqual([0, 0, 0, 0]);
  expect(await look([1_020, 52, 9_200, 91], 3)).toEqual([0, 0, 0, 0]);
  expect(await look([1_030, 53, 9_300, 91], 3)).toEqual([10, 1, 100, 0]);
});

it('counts nothing where a counter fell, and goes on from there; what is skewed waits for the next', async () => {
  await look([1_000, 50, 9_000, 90]);
  expect(await look([4, 0, 9_100, 90])).toEqual([0, 0, 0, 0]);
  expect(await look([9, 1, 9_200, 90])).toEqual([5, 1, 100, 0]);
  expect(await look([9, 4, 9_200, 90])).toBeUndefined();
  expect(judged().notCounted).toContain('orders');
  expect(judged().guardrails.find(({ name }) => name === 'orders')?.note).toBe(
    'more of candidate is bad than there was',
  );
  expect(await look([15, 4, 9_200, 90])).toEqual([6, 3, 0, 0]);
});

it('takes a constant 0 for no data, unless the plan says that it is expected, and takes all there was when there is some', async () => {
  const note = () => judged().guardrails.find(({ name }) => name === 'orders')?.note;
  await look([100, 0, 1_900, 0]);
  expect(await look([200, 0, 3_800, 0])).toBeUndefined();
  expect(judged().notCounted).toContain('orders');
  expect(note()).toMatch(/^no data: `bad` was never above 0 in either arm; .*`zeroExpected: true`/);
  expect(await look([300, 0, 5_700, 1])).toEqual([200, 0, 3_800, 1]);
  expect(judged().notCounted).not.toContain('orders');
  // What was ever there stays known: where its process began anew, and under the next version.
  expect(await look([10, 0, 90, 0])).toEqual([0, 0, 0, 0]);
  expect(await look([20, 0, 180, 0], 3)).toEqual([0, 0, 0, 0]);
  expect(await look([30, 0, 270, 0], 3)).toEqual([10, 0, 90, 0]);
  looks.length = 0;
  await look([100, 0, 1_900, 0], 2, calm);
  expect(await look([200, 0, 3_800, 0], 2, calm)).toEqual([100, 0, 1_900, 0]);
  // Of an arm that nobody counts nothing is known, whatever is expected.
  looks.length = 0;
  await look([0, 0, 1_900, 0], 2, calm);
  expect(await look([0, 0, 3_800, 0], 2, calm)).toBeUndefined();
  expect(note()).toBe('no data: `exposed` of candidate was never above 0');
});

it('goes by the rules of before where a stored plan says nothing of a constant 0', async () => {
  const { zeroExpected: _, ...stored } = { ...(plan.guardrails['orders'] as JsonObject) };
  const before = { ...plan, guardrails: { ...plan.guardrails, orders: stored } };
  await look([100, 0, 1_900, 0], 2, before);
  expect(await look([200, 0, 3_800, 0], 2, before)).toEqual([100, 0, 1_900, 0]);
});

it('takes a worse candidate back, and holds where nobody knows', async () => {
  await look([0, 0, 0, 0]);
  await look([100, 60, 1_900, 2]);
  expect(judged()).toMatchObject({
    fail: true,
    notCounted: expect.not.arrayContaining(['orders']) as string[],
  });
  expect(judged().guardrails.find(({ name }) => name === 'orders')).toMatchObject({
    ...{ kind: 'prometheus', candidateRate: 0.6 },
  });
  await look([100, undefined, 1_900, 2]);
  expect(judged().notCounted).toContain('orders');
  expect(judged().guardrails.find(({ name }) => name === 'orders')?.note).toBe('cb: no data');
  expect(await look([110, 61, 2_000, 2])).toEqual([10, 1, 100, 0]);
});

it('holds where the operator has bound no such store', async () => {
  const sources = () => new Map<string, never>();
  const measured = await measureMetrics({ plan, environment: 'production', sources }, undefined, {
    splitVersion: 1,
    elapsedMs: 0,
  });
  expect(measured).toEqual({
    ...{ counters: {}, readings: {} },
    unmeasured: { orders: 'no "prometheus" under `metrics` of production in the environments file' },
  });
});

it('asks for rates over the time since the look before, and counts them on; the first of a version counts nothing', async () => {
  const rates = (arm: string) => ({
    badPerSecond: `rate(${arm}b[$window])`,
    exposedPerSecond: `rate(${arm}e[$window])`,
  });
  const entry = { name: 'orders', kind: 'prometheus', candidate: rates('c'), stable: rates('s') };
  const by = planSchema.parse({ guardrails: [entry] });
  const sources = () => new Map([['prometheus', { url, timeoutMs: 30_000 }]]);
  const measure = (before: Increments | undefined, splitVersion = 2) =>
    measureMetrics({ plan: by, environment: 'production', sources }, before, {
      splitVersion,
      elapsedMs: 1_000,
    });
  const first = await measure(undefined);
  expect(first).toMatchObject({
    counters: {},
    unmeasured: { orders: 'no data: `exposed` of candidate was never above 0' },
  });
  // Ten seconds ago.
  const orders = { ...first.readings!['orders']!, atMs: Date.now() - 10_000 };
  Object.assign(counts, {
    'rate(ce[10s])': 2.04,
    'rate(cb[10s])': 0.3,
    'rate(se[10s])': 20,
    'rate(sb[10s])': 0.1,
  });
  const before: Increments = { dryRuns: {}, elapsedMs: 1_000, ...first, readings: { orders } };
  const then = await measure(before);
  const [row] = then.counters['prometheus:orders']?.long ?? [];
  expect(row).toMatchObject({ candidateExposed: 20, candidateBad: 3, stableExposed: 200, stableBad: 1 });
  const next = await measure({ dryRuns: {}, elapsedMs: 1_000, ...then }, 3);
  expect(next.counters['prometheus:orders']?.long).toMatchObject([{ candidateExposed: 0 }]);
  const without = { ...entry, candidate: { ...rates('c'), badPerSecond: 'rate(cb[1m])' } };
  expect(() => planSchema.parse({ guardrails: [without] })).toThrow(/\$window/);
});
