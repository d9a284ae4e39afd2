import fc from 'fast-check';
import { binomialProbability } from '../../tests/support/look-counts.ts';
import { logBeta, logGamma } from '../numbers/log-gamma.ts';
import { checkSplit } from './split-check.ts';

describe('logGamma', () => {
  it.each([
    [1, 0],
    [0.5, Math.log(Math.sqrt(Math.PI))],
    [6, Math.log(120)],
    [101, 363.73937555556347],
    [1e10, 220258509288.8113],
  ])('of %p is %p', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(expected)));
  });

  it('gives the beta function of whole numbers', () => {
    expect(logBeta(3, 4)).toBeCloseTo(Math.log(1 / 60), 12);
  });

  it('refuses what has no gamma', () => {
    expect(() => logGamma(0)).toThrow(RangeError);
    expect(() => logGamma(NaN)).toThrow(RangeError);
  });
});

describe('the split check (invariant 16)', () => {
  it('has expectation exactly 1 under the right weight', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (weight, n) => {
          let expectation = 0;
          for (let k = 0; k <= n; k++) {
            const { logE } = checkSplit({ weight, candidateSubjects: k, stableSubjects: n - k });
            expectation += binomialProbability(n, k, weight) * Math.exp(logE);
          }
          expect(expectation).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('is the beta mixture with k = 500, computed by hand', () => {
    // B(251, 251) / B(250, 250) / 0.25 = 250 * 250 / (500 * 501) / 0.25
    const { logE } = checkSplit({ weight: 0.5, candidateSubjects: 1, stableSubjects: 1 });
    expect(logE).toBeCloseTo(Math.log(500 / 501), 10);
  });

  it('agrees with the split that was asked for, even over a million subjects', () => {
    expect(checkSplit({ weight: 0.05, candidateSubjects: 50_000, stableSubjects: 950_000 }).agrees).toBe(
      true,
    );
    expect(checkSplit({ weight: 0.05, candidateSubjects: 0, stableSubjects: 0 })).toMatchObject({
      logE: 0,
      agrees: true,
    });
  });

  it('finds a split that goes all to one side, or loses a third of the candidate', () => {
    expect(checkSplit({ weight: 0.05, candidateSubjects: 0, stableSubjects: 500 }).agrees).toBe(false);
    expect(checkSplit({ weight: 0.05, candidateSubjects: 233, stableSubjects: 6650 }).agrees).toBe(false);
  });

  it('allows no subject at all on an arm of weight 0', () => {
    expect(checkSplit({ weight: 0, candidateSubjects: 1, stableSubjects: 99 }).logE).toBe(Infinity);
    expect(checkSplit({ weight: 0, candidateSubjects: 0, stableSubjects: 99 }).agrees).toBe(true);
    expect(checkSplit({ weight: 1, candidateSubjects: 9, stableSubjects: 1 }).agrees).toBe(false);
    expect(checkSplit({ weight: 1, candidateSubjects: 9, stableSubjects: 0 }).agrees).toBe(true);
  });

  it('refuses a weight in percent and negative counts', () => {
    expect(() => checkSplit({ weight: 5, candidateSubjects: 0, stableSubjects: 0 })).toThrow(RangeError);
    expect(() => checkSplit({ weight: 0.5, candidateSubjects: -1, stableSubjects: 0 })).toThrow(RangeError);
  });
});
