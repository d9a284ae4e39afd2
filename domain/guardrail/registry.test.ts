import { planSchema } from '../release/plan.ts';
import {
  callersDecide,
  guardrailCounting,
  guardrails,
  holdsOnAlarm,
  judgedGuardrails,
  latestBadMs,
  observersOf,
  subjectOf,
} from './registry.ts';
import { isCounter } from './segments/counter-names.ts';

const plan = planSchema.parse({});
const baseline = { stableAnswerBuckets: [100, 500] };
const counting = {
  ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
  ...guardrailCounting(plan, baseline),
};

describe('the guardrails', () => {
  it('have names and counters of their own, which are not what a stored look has beside them', () => {
    const names = guardrails.map(({ name }) => name);
    const counters = guardrails.flatMap((guardrail) => guardrail.counters);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(counters).size).toBe(counters.length);
    for (const key of ['version', 'elapsedMs', 'dryRuns']) expect(counters).not.toContain(key);
  });

  it('observe under the names of their counters, and nothing else', () => {
    const counters = guardrails.flatMap((guardrail) => guardrail.counters);
    for (const counter of observersOf(counting).keys()) expect(counters).toContain(counter);
  });

  it('are all on in a new plan, with shares that sum to 1', () => {
    const judged = judgedGuardrails(plan);
    expect(judged.map(({ guardrail }) => guardrail)).toEqual(
      guardrails.filter(({ onlyNamed, offByDefault }) => onlyNamed !== true && offByDefault !== true),
    );
    expect(judged.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('make up nothing that a stored plan lacks', () => {
    const broken = { guardrails: { ...plan.guardrails, latency: { ratio: 1.25 } } };
    expect(() => judgedGuardrails(broken)).toThrow();
    expect(() => guardrailCounting(broken, baseline)).toThrow();
    expect(guardrailCounting({ guardrails: {} }, baseline)).toEqual({});
  });

  it('are counted as the split says: one without its parameters is not counted', () => {
    const { slowMs: _, ...without } = counting as typeof counting & { slowMs: number };
    expect(observersOf(counting).has('latency')).toBe(true);
    expect(observersOf(without).has('latency')).toBe(false);
    expect(observersOf(without).has('errors')).toBe(true);
  });
});

describe('guardrails with names of their own', () => {
  const named = planSchema.parse({
    guardrails: [
      { name: 'half-a-minute', kind: 'latency', slowerThan: '30s' },
      { name: 'first-word', kind: 'slowdown', share: 3, minSamples: 40 },
      { name: 'strict', kind: 'errors', ratio: 1, dryRun: true },
    ],
  });
  const judged = judgedGuardrails(named);
  const of = (name: string) => judged.find((each) => each.name === name)!;

  it('are judged beside those of their kind, by shares that sum to 1 without the dry runs', () => {
    const names = judged.map(({ name }) => name).slice(0, 6);
    expect(names).toEqual(['errors', 'strict', 'half-a-minute', 'latency', 'first-word', 'slowdown']);
    expect(judged.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(of('first-word').share).toBeCloseTo(3 * of('latency').share, 12);
    expect(of('strict')).toMatchObject({ share: 0, dryRun: true, rule: { ratio: 1 } });
    expect(of('first-word').minSamples).toBe(40);
  });

  it('leave errors four tenths of alpha where a plan says nothing, and plans of before their equal parts', () => {
    const ordinary = planSchema.parse({});
    const sharesOf = (plan: Pick<typeof ordinary, 'guardrails'>) =>
      judgedGuardrails(plan).map(({ share }) => Number(share.toFixed(3)));
    expect(sharesOf(ordinary)).toEqual([0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
    const { errors, ...others } = ordinary.guardrails;
    const { share: _, ...before } = errors as { share: number; ratio: number };
    expect(new Set(sharesOf({ guardrails: { errors: before, ...others } }))).toEqual(new Set([0.143]));
    expect(new Set(sharesOf(planSchema.parse({ guardrails: { errors: { share: 1 } } })))).toEqual(
      new Set([0.143]),
    );
  });

  it('have counters of their own, that gateways observe by what the split says of each', () => {
    const more = { ...counting, ...guardrailCounting(named, baseline) };
    const observed = observersOf(more);
    for (const { name, counters } of judged.filter(({ guardrail }) => guardrail.name !== 'slowdown'))
      for (const counter of counters) expect([name, observed.has(counter.name)]).toEqual([name, true]);
    expect(of('first-word').counters.map(({ name }) => name)).toContain('slowdown:first-word/p95');
    const ended = { afterMs: 15_000, ending: 'completed' } as const;
    const course = { totalTimeoutMs: 60_000, answered: { afterMs: 15_000, failedOver: false }, ended };
    expect(observed.get('latency')?.badAfterMs(course, 'stable')).toBe(10_000);
    expect(observed.get('latency:half-a-minute')?.badAfterMs(course, 'stable')).toBe(Infinity);
  });

  it('have counters that a stored look is read by, and no others', () => {
    for (const { counters } of judged) for (const { name } of counters) expect(isCounter(name)).toBe(true);
    for (const key of ['version', 'elapsedMs', 'dryRuns', 'manners', 'manners:mine'])
      expect(isCounter(key)).toBe(false);
  });

  it('are told of by their own name, and hold or take back as their kind does', () => {
    const mine = { name: 'mine', kind: 'failovers' };
    expect([holdsOnAlarm(mine), holdsOnAlarm({ name: 'mine' })]).toEqual([true, false]);
    expect([subjectOf(mine), subjectOf({ name: 'slowdown' })]).toEqual([
      'mine',
      'latency relative to stable',
    ]);
    expect(callersDecide({ name: 'half-a-minute', kind: 'latency' })).toBe(true);
  });

  it('wait as long as the latest of their bounds', () => {
    expect(latestBadMs(named)).toBe(30_000);
  });
});
