import fc from 'fast-check';
import { predictRates, type PairTable } from './predict-rate.ts';
import { medianOf, scoreRate } from './score-prediction.ts';

const count = fc.integer({ min: 0, max: 400 });
const table = fc.record({ both: count, candidateOnly: count, stableOnly: count, neither: count });
const base = fc
  .record({ units: fc.integer({ min: 0, max: 100_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ units, share }) => ({ units, bad: Math.floor(units * share) }));
const of = (candidateOnly: number, stableOnly: number, pairs = 150): PairTable => ({
  ...{ both: 0, candidateOnly, stableOnly, neither: pairs - candidateOnly - stableOnly },
});
const production = { bad: 200, units: 10_000 };
const expected = (pairs: PairTable, known = production) => medianOf(predictRates(pairs, known).candidate);

describe('a predicted rate', () => {
  it('is a rate, and its quantiles rise, whatever was seen', () => {
    fc.assert(
      fc.property(table, base, (pairs, known) => {
        const { candidate, stable } = predictRates(pairs, known);
        for (const quantiles of [candidate, stable]) {
          expect(quantiles).toHaveLength(19);
          expect(quantiles.every((rate) => rate > 0 && rate < 1)).toBe(true);
          expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('rises with the pairs in which the candidate alone is bad', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 60 }), (few, more) => {
        expect(expected(of(few + more, 3))).toBeGreaterThan(expected(of(few, 3)));
      }),
    );
  });

  it('is stable’s own in production where nothing differs, and starts from there where much does', () => {
    expect(expected(of(3, 3))).toBeCloseTo(0.02, 2);
    expect(expected(of(0, 0))).toBeCloseTo(0.02, 2);
    expect(expected(of(15, 0))).toBeGreaterThan(0.06);
    expect(expected(of(15, 0), { bad: 2_000, units: 10_000 })).toBeGreaterThan(0.2);
  });

  it('is surer with more pairs', () => {
    const width = (pairs: number): number => {
      const { candidate } = predictRates(of(pairs / 10, pairs / 50, pairs), production);
      return (candidate.at(-1) ?? 1) - (candidate[0] ?? 0);
    };
    expect(width(1_000)).toBeLessThan(width(100) / 2);
  });
});

describe('the score of a prediction', () => {
  const { candidate } = predictRates(of(3, 3), production);

  it('is held where the canary shows what was said, and is not where it shows ten times as much', () => {
    expect(scoreRate(candidate, { bad: 20, units: 1_000 })).toMatchObject({ held: true });
    expect(scoreRate(candidate, { bad: 200, units: 1_000 })).toMatchObject({ held: false });
    expect(scoreRate(candidate, { bad: 200, units: 1_000 })?.factor).toBeGreaterThan(8);
    expect(scoreRate(candidate, { bad: 0, units: 19 })).toBeUndefined();
  });

  it('lies further up the more bad events there are, and between 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 50_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (units, share) => {
          const bad = Math.floor(share * units);
          const { place } = scoreRate(candidate, { bad, units })!;
          expect(place >= 0 && place <= 1).toBe(true);
          expect(
            scoreRate(candidate, { bad: Math.min(units, bad + 5), units })!.place,
          ).toBeGreaterThanOrEqual(place - 1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });
});
