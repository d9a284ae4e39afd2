import { planSchema } from '../release/plan.ts';
import { guardrailCounting, guardrails, judgedGuardrails, observersOf } from './registry.ts';

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
    expect(judged.map(({ guardrail }) => guardrail)).toEqual(guardrails);
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
