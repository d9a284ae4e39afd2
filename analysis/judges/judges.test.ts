import fc from 'fast-check';
import { admissionOf } from './admission.ts';
import { calibrationOf, type LabelledCounts } from './calibration.ts';
import { correctedDifference, marginSeen, sightOf } from './sight.ts';
import { correctedRate } from './corrected-rate.ts';

const counts = (
  goodPassed: number,
  goodFailed: number,
  badPassed: number,
  badFailed: number,
): LabelledCounts => ({
  ...{ goodPassed, goodFailed, badPassed, badFailed },
});
const noPairs = { pairs: 0, flips: 0 };

it('says how well a judge sees, as the textbook does', () => {
  const { sensitivity, specificity, kappa } = calibrationOf(counts(45, 5, 10, 40));
  expect(sensitivity.estimate).toBeCloseTo(0.9);
  expect(specificity.estimate).toBeCloseTo(0.8);
  // Newcombe (1998): Wilson's interval of 45 of 50.
  expect([sensitivity.lower, sensitivity.upper]).toEqual([
    expect.closeTo(0.7864, 3) as number,
    expect.closeTo(0.9565, 3) as number,
  ]);
  expect(kappa.estimate).toBeCloseTo(0.7);
  const perfect = calibrationOf(counts(30, 0, 0, 30));
  expect(perfect.kappa.estimate).toBe(1);
  expect(perfect.kappa.lower).toBeLessThan(0.98);
});

it('finds the rate behind what an imperfect judge passes', () => {
  // 0.9 x 0.7 + 0.2 x 0.3 = 0.69
  const found = correctedRate({ passed: { hits: 690, of: 1_000 }, labels: counts(90, 10, 20, 80) });
  expect(found.estimate).toBeCloseTo(0.7);
  expect(found.lower).toBeGreaterThan(0.55);
  expect(found.upper).toBeLessThan(0.85);
  const blind = correctedRate({ passed: { hits: 500, of: 1_000 }, labels: counts(25, 25, 25, 25) });
  expect([blind.lower, blind.upper]).toEqual([0, 1]);
});

/** Park and Miller's generator: seeded, so that the figures repeat. */
function trials(seed: number): (n: number, p: number) => number {
  let state = seed;
  const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return (n, p) => Array.from({ length: n }, uniform).filter((each) => each < p).length;
}

it('covers the truth as often as it says (in small: bench/analysis/judge-coverage.ts)', () => {
  const binomial = trials(77);
  for (const [s, c, rate] of [
    [0.7, 0.7, 0.5],
    [0.95, 0.7, 0.9],
    [0.9, 0.95, 0.1],
    [0.95, 0.95, 0.7],
  ] as const) {
    let covered = 0;
    for (let i = 0; i < 300; i += 1) {
      const [good, bad] = [binomial(50, s), binomial(50, c)];
      const hits = binomial(400, rate * s + (1 - rate) * (1 - c));
      const found = correctedRate({
        passed: { hits, of: 400 },
        labels: counts(good, 50 - good, 50 - bad, bad),
      });
      if (found.lower <= rate && rate <= found.upper) covered += 1;
    }
    expect(covered / 300).toBeGreaterThan(0.91);
    expect(covered / 300).toBeLessThan(0.985);
  }
});

it('always has its estimate inside its interval, and knows more by more labels', () => {
  const count = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(count, count, count, count, fc.integer({ min: 0, max: 200 }), (a, b, c, d, hits) => {
      const { estimate, lower, upper } = correctedRate({
        passed: { hits, of: 200 },
        labels: counts(a, b, c, d),
      });
      expect(lower).toBeLessThanOrEqual(estimate);
      expect(upper).toBeGreaterThanOrEqual(estimate);
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});

it.each([
  [counts(23, 2, 2, 23), 'admitted', ''],
  [counts(48, 2, 5, 45), 'admitted', ''],
  [counts(22, 2, 2, 22), 'refused', '48 labelled answers are fewer than 50'],
  [counts(90, 5, 1, 4), 'refused', 'of each label there must be 10: 95 are good, 5 bad'],
  [counts(25, 25, 25, 25), 'refused', 'a drop of 10 points looks to it like'],
  [counts(30, 20, 20, 30), 'refused', 'a drop of 10 points looks to it like'],
  // One that says the opposite of what is so.
  [counts(2, 48, 48, 2), 'refused', 'a drop of 10 points looks to it like'],
] as const)('admits a judge that sees a drop of 10 points, and no other: %j', (labels, kind, why) => {
  const found = admissionOf({ ...labels, ...noPairs });
  expect(found.kind).toBe(kind);
  if (found.kind === 'refused') expect(found.why).toContain(why);
});

it('admits no judge that goes by the place where one answer is good and the other bad', () => {
  const found = (pairs: number, flips: number) => admissionOf({ ...counts(48, 2, 2, 48), pairs, flips });
  expect(found(40, 40)).toEqual({
    kind: 'refused',
    why: expect.stringContaining('in 40 of 40 pairs (100 %, 91 to 100 %)') as unknown,
  });
  // A coin names one place in half of the pairs; few pairs say little.
  expect([found(20, 10).kind, found(20, 3).kind, found(1, 1).kind]).toEqual([
    'refused',
    'admitted',
    'admitted',
  ]);
});

describe('what a judge sees of a difference', () => {
  it('is its sensitivity and specificity together, and says how far apart the answers are', () => {
    const sight = sightOf(counts(90, 10, 20, 80));
    expect(sight.estimate).toBeCloseTo(0.7);
    expect(sight.lower).toBeLessThan(0.62);
    const found = correctedDifference({ estimate: -0.07, lower: -0.1, upper: -0.04 }, sight);
    expect(found.estimate).toBeCloseTo(-0.1);
    expect(found.lower).toBeLessThan(-0.1 / 0.7);
    expect(found.upper).toBeGreaterThan(-0.04 / 0.7 - 0.001);
  });

  it('is anything of one that sees nothing', () => {
    const blind = sightOf(counts(25, 25, 25, 25));
    expect(blind.lower).toBe(0);
    expect(correctedDifference({ estimate: 0.1, lower: 0.05, upper: 0.15 }, blind)).toMatchObject({
      ...{ lower: -1, upper: 1 },
    });
    expect(marginSeen(0.05, blind)).toBe(0);
  });

  it('holds the truth as often as it says', () => {
    const binomial = trials(99);
    let held = 0;
    for (let run = 0; run < 400; run += 1) {
      const labels = counts(...counted(binomial(100, 0.85), 100), ...counted(binomial(100, 0.2), 100));
      const [own, others] = [0.75, 0.85].map(
        (good) => binomial(1_000, good * 0.85 + (1 - good) * 0.2) / 1_000,
      );
      const estimate = (own ?? 0) - (others ?? 0);
      const half = 1.96 * Math.sqrt((2 * 0.2) / 1_000);
      const { lower, upper } = correctedDifference(
        { estimate, lower: estimate - half, upper: estimate + half },
        sightOf(labels),
      );
      if (lower <= -0.1 && upper >= -0.1) held += 1;
    }
    expect(held / 400).toBeGreaterThan(0.94);
  });
});

const counted = (hits: number, of: number) => [hits, of - hits] as const;
