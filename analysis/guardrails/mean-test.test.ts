import fc from 'fast-check';
import { afterBlock, logBetFactor } from './mean-bets.ts';
import { meanScale } from './mean-scale.ts';
import { createMeanTest, type MeanLook, type MeanOptions, type MeanState } from './mean-test.ts';

const score: MeanOptions = { worse: 'lower', margin: { by: 'difference', of: 0.02 } };
const cost: MeanOptions = { worse: 'higher', margin: { by: 'ratio', of: 0.1 } };
const bounds = { least: 0, most: 1 };
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** The expectation of a bet's factor over answers that are 0 or 1, with these chances of 1, stable's with the margin. */
function expectedFactor(
  chances: { readonly candidate: readonly number[]; readonly stable: readonly number[] },
  bet: { readonly center: number; readonly variance: number; readonly shift: number },
  options: MeanOptions,
): number {
  const scale = meanScale(options, bounds);
  const worse = (bad: number) => (options.worse === 'higher' ? bad : 1 - bad);
  const all = [...chances.candidate, ...chances.stable];
  let expectation = 0;
  for (let outcome = 0; outcome < 2 ** all.length; outcome++) {
    const values = all.map((_, i) => ((outcome >> i) & 1) as 0 | 1);
    const probability = all.reduce((p, chance, i) => p * (values[i] === 1 ? chance : 1 - chance), 1);
    const [ofCandidate, ofStable] = [
      values.slice(0, chances.candidate.length),
      values.slice(chances.candidate.length),
    ];
    const block = {
      candidate: ofCandidate.map((bad) => scale.candidate(worse(bad))),
      stable: ofStable.map((bad) => scale.stable(worse(bad))),
    };
    expectation +=
      probability * Math.exp(logBetFactor(block, { ...bet, mostStable: scale.mostStable }, bet.shift));
  }
  return expectation;
}

describe('the factor of a block', () => {
  const world = fc.record({
    candidate: fc.array(share, { minLength: 1, maxLength: 4 }),
    stable: fc.array(share, { minLength: 1, maxLength: 4 }),
    center: fc.double({ min: -0.2, max: 1.3, noNaN: true }),
    variance: fc.double({ min: 1e-4, max: 0.3, noNaN: true }),
    shift: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  });
  const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

  it.each([
    ['a difference', score, (bad: number) => bad + 0.02],
    ['a ratio', cost, (bad: number) => 1.1 * bad],
  ] as const)(
    'has expectation at most 1 while the candidate’s mean is within the margin, by %s',
    (_, options, allowed) => {
      fc.assert(
        fc.property(world, ({ candidate, stable, ...bet }) => {
          const most = allowed(meanOf(stable));
          const scaled = candidate.map((bad) => bad * Math.min(1, most / Math.max(1e-9, meanOf(candidate))));
          expect(expectedFactor({ candidate: scaled, stable }, bet, options)).toBeLessThanOrEqual(1 + 1e-9);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('has expectation at most 1 in the reverse while the candidate’s mean is beyond it', () => {
    fc.assert(
      fc.property(world, ({ candidate, stable, ...bet }) => {
        const least = 1.1 * meanOf(stable);
        fc.pre(least <= 1);
        const lift = (bad: number) =>
          1 - (1 - bad) * Math.min(1, (1 - least) / Math.max(1e-9, 1 - meanOf(candidate)));
        const chances = { candidate: candidate.map(lift), stable };
        expect(expectedFactor(chances, bet, { ...cost, reverse: true })).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

const values = (arm: 'candidate' | 'stable', list: readonly number[]) =>
  list.map((value) => ({ arm, value }));
const look = (observations: MeanLook['observations'], more: Partial<MeanLook> = {}): MeanLook => ({
  ...{ splitVersion: 1, bounds, observations, due: 0 },
  ...more,
});

const looks = fc.array(
  fc.record({
    splitVersion: fc.integer({ min: 1, max: 2 }),
    due: fc.double({ min: 0, max: 0.4, noNaN: true }),
    observations: fc.array(
      fc.record({ arm: fc.constantFrom('candidate' as const, 'stable' as const), value: share }),
      {
        maxLength: 60,
      },
    ),
    bounds: fc.constant(bounds),
  }),
  { maxLength: 8 },
);

describe('the test of a mean', () => {
  it.each([
    ['score', score],
    ['cost', cost],
    ['reverse', { ...cost, reverse: true }],
  ])('goes on from its state as if it had not been left: %s', (_, options) => {
    fc.assert(
      fc.property(looks, (all) => {
        const whole = createMeanTest(options);
        let resumed = createMeanTest(options);
        for (const each of all) {
          whole.observe(each);
          resumed = createMeanTest(options, JSON.parse(JSON.stringify(resumed.state())) as MeanState);
          resumed.observe(each);
          expect(Math.abs(resumed.logE() - whole.logE())).toBeLessThanOrEqual(1e-12);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('says the same however its observations are cut into looks', () => {
    fc.assert(
      fc.property(
        fc.array(
          looks.map((each) => each[0]?.observations ?? []),
          { minLength: 2, maxLength: 4 },
        ),
        (parts) => {
          const [whole, cut] = [createMeanTest(score), createMeanTest(score)];
          whole.observe(look(parts.flat(), { due: 1 }));
          cut.observe(look([], { due: 1 }));
          for (const part of parts) cut.observe(look(part));
          expect(cut.logE()).toBeCloseTo(whole.logE(), 12);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the mean of products that a calculation in another form gives', () => {
    const observations = Array.from({ length: 400 }, (_, i) => ({
      arm: i % 3 === 0 ? ('candidate' as const) : ('stable' as const),
      value: ((i * 7919) % 101) / 100,
    }));
    const test = createMeanTest(score);
    test.observe(look(observations, { due: 0.4 }));
    expect(test.logE()).toBeCloseTo(Math.log(0.6 + 0.4 * meanOfProducts(observations)), 9);
  });

  it('says nothing before a version has 20 of the candidate, and never mixes two versions', () => {
    const test = createMeanTest(score);
    const worse = (candidates: number) => [
      ...values('stable', Array<number>(30).fill(1)),
      ...values('candidate', Array<number>(candidates).fill(0)),
    ];
    test.observe(look(worse(19), { due: 1 }));
    test.observe(look(worse(19), { splitVersion: 2 }));
    expect(test.logE()).toBeCloseTo(0, 12);
    test.observe(look(values('candidate', [0]), { splitVersion: 2 }));
    expect(test.logE()).toBeGreaterThan(2);
  });

  it('takes values beyond the clipping for its ends, and counts those above a cap', () => {
    const ofCosts = (ofCandidate: readonly number[]) => {
      const test = createMeanTest(cost);
      const all = [...values('stable', [0.2, 0.3, 0.2, 0.3]), ...values('candidate', ofCandidate)];
      for (let i = 0; i < 60; i++) test.observe(look(all, { due: 1 / 60 }));
      return test.logE();
    };
    expect(ofCosts([0, 0, 0, 1])).toBeLessThan(1);
    expect(ofCosts([0.5, 0.5, 0.5, 0.5])).toBeGreaterThan(4);
    // The mean is clipped; that so many are above it is seen all the same.
    expect(ofCosts([0, 0, 0, 50])).toBeGreaterThan(4);
  });

  it('refuses what is no number, and bounds or margins that make no sense', () => {
    const observed = (value: number) => () => {
      createMeanTest(score).observe(look(values('stable', [value])));
    };
    expect(observed(NaN)).toThrow(expect.objectContaining({ code: 'broken_measurement' }) as Error);
    expect(() => meanScale(score, { least: 1, most: 1 })).toThrow(RangeError);
    expect(() => meanScale({ ...cost, worse: 'lower' }, bounds)).toThrow(RangeError);
  });
});

/** The evidence of `score` by its definition, with products and without logarithms. */
function meanOfProducts(observations: MeanLook['observations']): number {
  const shifts = Array.from({ length: 16 }, (_, i) => 0.03 * (0.4 / 0.03) ** (i / 15));
  const weights = shifts.map((shift) => shift ** -0.75);
  const whole = weights.reduce((a, b) => a + b, 0);
  return shifts.reduce((sum, shift, j) => sum + (weights[j]! / whole) * product(observations, shift), 0);
}

function product(observations: MeanLook['observations'], shift: number): number {
  let [capital, center, variance, known, least] = [1, 0.3, 0.1, 0, 20];
  let [c, s]: [number[], number[]] = [[], []];
  for (const { arm, value } of observations) {
    if (arm === 'candidate') c.push(1 - value);
    else s.push(1 - value + 0.02);
    if (c.length < least || s.length < 8) continue;
    const one = (2 * shift) / (2 * variance + shift ** 2 / 2) / (c.length + s.length);
    const factor = Math.min(1, 0.9 / (one * s.length * center), 0.9 / (one * c.length * (1.02 - center)));
    for (const y of c) capital *= 1 + factor * one * s.length * (y - center);
    for (const y of s) capital *= 1 + factor * one * c.length * (center - y);
    const next = afterBlock({ candidate: c, stable: s }, { center, variance, mostStable: 1.02 }, known);
    [center, variance, known, least] = [next.center, next.variance, known + c.length + s.length, 8];
    [c, s] = [[], []];
  }
  return capital;
}
