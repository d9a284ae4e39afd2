import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createChargedSubjects } from './charged-subjects.ts';
import { createCounters, type Admission } from './counters.ts';
import { createObservations } from './observations.ts';

const counting = {
  ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
  observed: { cost: { kind: 'cost' }, mine: { kind: 'tokens', most: 100 }, unknown: { kind: 'of-tomorrow' } },
};
const usage = { inputTokens: 1_000, outputTokens: 200, cachedInputTokens: 900 };
const price = { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 10 };

function setUp() {
  const clock = manualClock();
  const observations = createObservations(clock);
  const counters = createCounters({ clock, charged: createChargedSubjects(), observations });
  const admit = (more: Partial<Admission> = {}) =>
    counters.admit({
      ...{ app: 'bank', splitVersion: 7, arm: 'candidate', counting, totalTimeoutMs: 60_000, weight: 5 },
      ...more,
    });
  return { clock, observations, admit, counters };
}

it('observes what an answer took, cached tokens at list price, by the guardrails that the split names', async () => {
  const { clock, observations, admit } = setUp();
  const request = admit({ subjectHash: '42' });
  await clock.pass(3_000);
  request.end('completed', usage, price);
  const taken = observations.takePending();
  const own = { releaseId: 'rel_1', splitVersion: 7, arm: 'candidate', subjectHash: '42', ageMs: 3_000 };
  expect(taken).toEqual([
    { ...own, guardrail: 'cost', value: 0.004 },
    { ...own, guardrail: 'mine', value: 1_200 },
  ]);
  // What could not be written is older when that is tried again, and is written once.
  observations.putBack(taken);
  await clock.pass(1_000);
  expect(observations.takePending().map(({ ageMs }) => ageMs)).toEqual([4_000, 4_000]);
  expect(observations.takePending()).toEqual([]);
});

it('has no number where usage or price is missing, which is not the same as no answer', () => {
  const { observations, admit } = setUp();
  admit({ subjectHash: '1' }).end('completed', usage);
  admit({ subjectHash: '2' }).end('completed');
  const valuesOf = () => observations.takePending().map(({ guardrail, value }) => [guardrail, value]);
  expect(valuesOf()).toEqual([
    ['cost', undefined],
    ['mine', 1_200],
    ['cost', undefined],
    ['mine', undefined],
  ]);
});

it('observes nothing that stable gave for the candidate, failed, was left, reported or served without a lease', async () => {
  const { clock, observations, admit } = setUp();
  const rescued = admit({ subjectHash: '1' });
  rescued.markFailed();
  rescued.markRescued();
  rescued.end('completed', usage, price);
  await clock.pass(1_000);
  admit({ subjectHash: '2' }).end('failed');
  admit({ subjectHash: '3' }).end('left-midway', usage, price);
  await clock.pass(1_000);
  admit({ subjectHash: '4', arm: 'lease-expired' }).end('completed', usage, price);
  admit({ subjectHash: '5', settleAtLong: true }).end('completed', usage, price);
  expect(observations.takePending()).toEqual([]);
});

it('takes one answer of a subject and version, as many of either arm, and no more than two a second of each', async () => {
  const { clock, observations, admit } = setUp();
  const complete = (more: Partial<Admission>) => {
    admit(more).end('completed', usage, price);
  };
  const found = () => observations.takePending().filter(({ guardrail }) => guardrail === 'cost').length;
  for (const splitVersion of [7, 7, 8]) complete({ subjectHash: '1', splitVersion });
  expect(found()).toBe(2);
  await clock.pass(1_000);
  for (let i = 0; i < 10; i++) complete({ subjectHash: String(100 + i), splitVersion: 8 });
  expect(found()).toBe(2);
  // Stable has 19 times as many requests.
  for (let second = 0; second < 300; second++) {
    await clock.pass(1_000);
    complete({ arm: 'stable', subjectHash: String(1_000 + second), splitVersion: 8 });
    if (second % 19 === 0) complete({ subjectHash: String(2_000 + second), splitVersion: 8 });
  }
  const ofStable = observations.takePending().filter(({ arm }) => arm === 'stable').length / 2;
  expect(ofStable).toBeGreaterThan(5);
  expect(ofStable).toBeLessThan(30);
});

it('keeps a histogram of what an arm’s own answers took, for the releases after it', () => {
  const { admit, counters } = setUp();
  admit({ counting: undefined, arm: 'stable' }).end('completed', usage, price);
  admit({ counting: undefined, arm: 'stable', settleAtLong: true }).end('completed', usage, price);
  const [row] = counters.takeChanged();
  const sum = (buckets: readonly number[] = []) => buckets.reduce((a, b) => a + b, 0);
  const { tokens, cost } = row!.counts.valueBuckets!;
  expect([sum(tokens), sum(cost)]).toEqual([1, 1]);
});

it('observes for a segment what is of it, beside the whole, and nothing that the plan does not name', () => {
  const { observations, admit } = setUp();
  const segments = { cost: { label: 'tenant', values: ['acme'] } };
  const of = (subjectHash: string, tenant: string) => {
    const asked = { counting: { ...counting, segments }, subjectHash, labels: { tenant } };
    admit(asked).end('completed', usage, price);
  };
  of('1', 'acme');
  of('2', 'hooli');
  const found = observations.takePending().map(({ guardrail, subjectHash }) => [guardrail, subjectHash]);
  expect(found).toEqual([
    ['cost', '1'],
    ['cost@tenant=acme', '1'],
    ['mine', '1'],
    ['cost', '2'],
    ['mine', '2'],
  ]);
});
