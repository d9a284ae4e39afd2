import type { MirroredAnswer, MirroredPair } from '../../analysis/mirror/mirrored-pair.ts';
import { intervalOf } from '../../domain/guardrail/prediction.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { predictionsOf } from './predictions.ts';

const { guardrails } = planSchema.parse({});
const good: MirroredAnswer = {
  ...{ failed: false, empty: false, cut: false, refused: false, latencyMs: 900, attempts: 1 },
};
const pairs = (count: number, candidate: (nth: number) => Partial<MirroredAnswer>): MirroredPair[] =>
  Array.from({ length: count }, (_, nth) => ({
    ...{ id: `p${nth}`, later: false, stable: good },
    candidate: { ...good, ...candidate(nth) },
  }));
const record = { completed: 9_900, failed: 100, latencyBuckets: [] };
const known = { counted: {}, record, means: {} };
const predicted = (...args: Parameters<typeof predictionsOf>) =>
  new Map(predictionsOf(...args).map((each) => [each.guardrail, each.predicted]));

it('foretells a guardrail by what it would have made of the answers, from what stable shows in production', () => {
  const found = predicted(
    { guardrails },
    pairs(100, (nth) => (nth < 20 ? { latencyMs: 60_000 } : {})),
    known,
  );
  expect([...found.keys()].sort()).toEqual([
    ...['errors', 'failovers', 'invalid-format', 'latency', 'refused', 'truncated'],
  ]);
  expect(found.get('errors')).toMatchObject({
    pairs: 100,
    candidateBad: 0,
    base: { bad: 100, units: 10_000 },
  });
  expect(intervalOf(found.get('errors')!.candidate).expected).toBeCloseTo(0.01, 2);
  expect(found.get('latency')).toMatchObject({ candidateBad: 20, stableBad: 0 });
  const { candidate, stable } = found.get('latency')!;
  expect(intervalOf(candidate).expected).toBeGreaterThan(0.1);
  expect(intervalOf(candidate).lower).toBeGreaterThan(intervalOf(stable).expected);
});

it('goes by what releases before have counted, where that is enough', () => {
  const before = { ...known, counted: { errors: { bad: 60, units: 2_000 } } };
  const found = predicted(
    { guardrails },
    pairs(40, () => ({})),
    before,
  );
  expect(found.get('errors')).toMatchObject({ base: { bad: 60, units: 2_000 } });
});

it('takes first turns alone, and a subject’s answers for one', () => {
  const bad = pairs(60, () => ({ failed: true }));
  const later = bad.map((each) => ({ ...each, later: true }));
  expect(predicted({ guardrails }, later, known).size).toBe(0);
  const others = pairs(60, () => ({}));
  const ofOne = predicted(
    { guardrails },
    [...others, ...bad.map((each) => ({ ...each, group: 'ada' }))],
    known,
  );
  const ofMany = predicted({ guardrails }, [...others, ...bad], known);
  const expected = (of: typeof ofOne) => intervalOf(of.get('errors')!.candidate).expected;
  expect(expected(ofOne)).toBeLessThan(0.1);
  expect(expected(ofMany)).toBeGreaterThan(0.3);
});

it('foretells nothing of what the plan does not judge, nor from a handful of pairs', () => {
  const off = planSchema.parse({ guardrails: { failovers: 'off' } });
  expect(
    predicted(
      off,
      pairs(40, () => ({})),
      known,
    ).has('failovers'),
  ).toBe(false);
  expect(
    predicted(
      { guardrails },
      pairs(9, () => ({})),
      known,
    ).size,
  ).toBe(0);
});

it('foretells facts of answers by what gateways have recorded of stable', () => {
  const facts = { answers: 1_000, truncated: 20, refused: 0, invalidFormat: 0 };
  const found = predicted(
    { guardrails },
    pairs(100, (nth) => (nth < 10 ? { refused: true, cut: true } : {})),
    { ...known, record: { ...record, facts } },
  );
  expect(found.get('truncated')).toMatchObject({ candidateBad: 0, base: { bad: 20, units: 1_000 } });
  expect(found.get('refused')).toMatchObject({
    candidateBad: 10,
    stableBad: 0,
    base: { bad: 0, units: 1_000 },
  });
});

it('foretells slowdown at each of stable’s quantiles, by the times of staging and the record of production', () => {
  const answerBuckets = Array.from({ length: 40 }, (_, bucket) => (bucket >= 20 && bucket < 30 ? 100 : 0));
  const took = pairs(100, (nth) => ({ latencyMs: 3 * (500 + nth) })).map((pair, nth) => ({
    ...pair,
    stable: { ...good, latencyMs: 500 + nth },
  }));
  const found = predicted({ guardrails }, took, { ...known, record: { ...record, answerBuckets } });
  const names = ['p50', 'p90', 'p95', 'p99'].map((quantile) => `slowdown/${quantile}`);
  expect([...found.keys()].filter((name) => name.startsWith('slowdown'))).toEqual(names);
  expect(found.get('slowdown/p50')).toMatchObject({ candidateBad: 100, base: { bad: 500, units: 1_000 } });
  expect(intervalOf(found.get('slowdown/p90')!.candidate).expected).toBeGreaterThan(0.8);
});

it('foretells means by what the pairs differ, from what releases before have observed of stable', () => {
  const plan = planSchema.parse({ guardrails: [{ name: 'score' }, { name: 'cost' }, { name: 'tokens' }] });
  const figures = { score: 1, costUsd: 0.01, tokensIn: 100, tokensOut: 50 };
  const of = pairs(100, (nth) => ({ ...figures, score: nth < 20 ? 0 : 1, costUsd: 0.015 })).map((pair) => ({
    ...pair,
    stable: { ...good, ...figures },
  }));
  const means = { score: { mean: 0.9, standardError: 0.005 } };
  const found = predicted(plan, of, { ...known, means });
  const expected = (name: string) => intervalOf(found.get(name)!.candidate).expected;
  expect(found.get('score')).toMatchObject({ kind: 'mean', pairs: 100, base: means.score });
  expect(expected('score')).toBeCloseTo(0.7, 1);
  expect(expected('cost')).toBeCloseTo(0.015, 3);
  expect(expected('tokens')).toBeCloseTo(150, -1);
  // By one suite alone it is not known.
  const own = planSchema.parse({ guardrails: [{ name: 'score', suite: 'tone' }] });
  expect(predicted(own, of, known).has('score')).toBe(false);
});
