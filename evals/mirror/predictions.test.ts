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
const known = { counted: {}, record };
const predicted = (...args: Parameters<typeof predictionsOf>) =>
  new Map(predictionsOf(...args).map((each) => [each.guardrail, each.predicted]));

it('foretells a guardrail by what it would have made of the answers, from what stable shows in production', () => {
  const found = predicted(
    { guardrails },
    pairs(100, (nth) => (nth < 20 ? { latencyMs: 60_000 } : {})),
    known,
  );
  expect([...found.keys()].sort()).toEqual(['errors', 'failovers', 'latency']);
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
