import fc from 'fast-check';
import { predictMeans } from './predict-mean.ts';
import { scoreMean } from './score-prediction.ts';

const pairs = (count: number, of: (nth: number) => readonly [candidate: number, stable: number]) =>
  Array.from({ length: count }, (_, nth) => ({ candidate: of(nth)[0], stable: of(nth)[1] }));
const known = { mean: 0.9, standardError: 0.005 };
const middle = (quantiles: readonly number[] | undefined) => quantiles?.[9];

describe('a predicted mean', () => {
  it('lies as far from stable’s in production as the pairs lie apart', () => {
    const apart = pairs(200, (nth) => [nth % 5 === 0 ? 0 : 1, 1]);
    const found = predictMeans(apart, 'difference', known);
    expect(middle(found?.candidate)).toBeCloseTo(0.7, 1);
    expect(middle(found?.stable)).toBeCloseTo(0.9, 2);
    const dearer = pairs(200, (nth) => [3 + (nth % 3), 2 + (nth % 3)]);
    expect(
      middle(predictMeans(dearer, 'ratio', { mean: 0.02, standardError: 0.0001 })?.candidate),
    ).toBeCloseTo((0.02 * 4) / 3, 3);
  });

  it('is stable’s own where nothing differs, and less sure where nobody knows production', () => {
    const same = pairs(100, (nth) => [Number(nth % 4 > 0), Number(nth % 4 > 0)]);
    const [with_, without] = [
      predictMeans(same, 'difference', known),
      predictMeans(same, 'difference', undefined),
    ];
    expect(middle(with_?.candidate)).toBeCloseTo(0.9, 2);
    expect(middle(without?.candidate)).toBeCloseTo(0.75, 2);
    const width = (of: typeof with_) => (of?.candidate[18] ?? 0) - (of?.candidate[0] ?? 0);
    expect(width(without)).toBeGreaterThan(3 * width(with_));
  });

  it('rises from quantile to quantile within its ends, whatever was seen', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.record({ candidate: value, stable: value }), { maxLength: 60 }), (some) => {
        const found = predictMeans(some, 'difference', undefined);
        expect(found === undefined).toBe(some.length < 10);
        for (const arm of found === undefined ? [] : [found.candidate, found.stable]) {
          expect(arm).toEqual([...arm].sort((a, b) => a - b));
          expect(arm.every((each) => each >= 0 && each <= 1)).toBe(true);
        }
      }),
    );
  });

  it('is held beside what came, which is a sample as well', () => {
    const found = predictMeans(
      pairs(100, () => [1, 1]),
      'difference',
      known,
    )!.candidate;
    expect(scoreMean(found, { mean: 0.88, standardError: 0.02, count: 100 })?.held).toBe(true);
    expect(scoreMean(found, { mean: 0.6, standardError: 0.02, count: 100 })?.held).toBe(false);
    expect(scoreMean(found, { mean: 0.6, standardError: 0.02, count: 5 })).toBeUndefined();
  });
});
