import { planSchema } from '../../release/plan.ts';
import { guardrailCounting, judgedGuardrails, judgedMeans, subjectOf } from '../registry.ts';
import { isScored, scoredGuardrails } from '../scored.ts';
import { valueBucketOf, valueQuantile } from './value-buckets.ts';

const plan = (guardrails: unknown) => planSchema.parse({ guardrails });

it('judges means where a plan names them, with their share of alpha, and no plan of before', () => {
  const before = plan({});
  expect([Object.keys(before.guardrails).includes('cost'), judgedMeans(before)]).toEqual([false, []]);
  const with2 = plan([{ name: 'cost' }, { name: 'long-answers', kind: 'tokens', margin: 0.5 }]);
  const all = [...judgedGuardrails(with2), ...judgedMeans(with2)];
  expect(all.map(({ name, share }) => [name, share.toFixed(3)]).slice(-2)).toEqual([
    ['cost', '0.083'],
    ['long-answers', '0.083'],
  ]);
  expect(judgedMeans(with2)[1]!.rule.margin).toEqual({ by: 'ratio', of: 0.5 });
  expect(judgedMeans(plan({ cost: 'off' }))).toEqual([]);
  expect([subjectOf({ name: 'cost' }), subjectOf({ name: 'long-answers', kind: 'tokens' })]).toEqual([
    'cost an answer',
    'long-answers',
  ]);
});

it('tells gateways what to observe, and what values are clipped to where enough of stable is recorded', () => {
  const tokens = Array.from({ length: 41 }, (_, i) => (i === 40 ? 4 : i === 30 ? 596 : 0));
  const { observed } = guardrailCounting(plan({ cost: {}, tokens: {} }), {
    ...{ stableAnswerBuckets: [], stableValueBuckets: { tokens } },
  });
  expect(observed).toEqual({
    cost: { kind: 'cost', dryRun: 'dry run: 0 of 500 answers of stable recorded before this step' },
    tokens: { kind: 'tokens', least: 0, most: expect.closeTo(2 ** (30 / 4), 9) as number },
  });
});

it('has scores observed by others than gateways, between 0 and 1, and judges how far they fall', () => {
  const scored = plan([{ name: 'score' }, { name: 'tone', kind: 'score', suite: 'tone', margin: 0.1 }]);
  const counting = guardrailCounting(scored, { stableAnswerBuckets: [] });
  expect([counting['observed'], counting['scored']]).toEqual([
    undefined,
    { score: { kind: 'score', least: 0, most: 1 }, tone: { kind: 'score', least: 0, most: 1 } },
  ]);
  expect(judgedMeans(scored).map(({ rule }) => [rule.worse, rule.margin.of])).toEqual([
    ['lower', 0.005],
    ['lower', 0.1],
  ]);
  expect(scoredGuardrails(scored.guardrails)).toEqual([{ name: 'score' }, { name: 'tone', suite: 'tone' }]);
  expect(isScored({ releaseId: 'r', shortHorizonMs: 1, longHorizonMs: 2, ...counting })).toBe(true);
});

it('finds a quantile within a bucket’s width, whatever the values', () => {
  for (const value of [0, 1e-9, 0.0004, 3, 1_199, 5e4]) {
    for (const quantity of ['cost', 'tokens'] as const) {
      const counts = Array.from({ length: 200 }, (_, i) => (i === valueBucketOf(quantity, value) ? 10 : 0));
      const found = valueQuantile(quantity, counts, 0.99)!;
      expect(found).toBeGreaterThanOrEqual(value * (1 - 1e-9));
      if (value > 1) expect(found).toBeLessThan(1.2 * value);
    }
  }
  expect(valueQuantile('cost', [0, 0], 0.5)).toBeUndefined();
});
