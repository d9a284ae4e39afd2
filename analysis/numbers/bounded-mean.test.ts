import fc from 'fast-check';
import { meanBounds, scoreAbove, type Unit } from './bounded-mean.ts';
import { casesToShow, lookZ, oneLookZ } from '../gate/gate-looks.ts';

const rate = { least: 0, most: 1 };
const difference = { least: -1, most: 1 };

function units(count: number, sum: number): Unit[] {
  return Array.from({ length: count }, () => ({ sum, size: 1 }));
}

describe('meanBounds', () => {
  it('is Wilson’s interval but for half a unit of doubt', () => {
    // Wilson at 80 of 100, z 1.645: 0.7265 to 0.8578; without the doubt the score at a bound would be z.
    const { lower, upper } = meanBounds([...units(80, 1), ...units(20, 0)], rate, oneLookZ);
    expect(lower).toBeCloseTo(0.7213, 3);
    expect(upper).toBeCloseTo(0.862, 3);
  });

  it('is Tango’s interval on paired rates, but for half a unit of doubt', () => {
    const { lower, upper } = meanBounds([...units(1, -1), ...units(42, 0)], difference, oneLookZ);
    expect(lower).toBeGreaterThan(-0.13);
    expect(lower).toBeLessThan(-0.09);
    expect(upper).toBeGreaterThan(0.03);
    expect(upper).toBeLessThan(0.06);
  });

  it('knows that what has not failed may fail: no discordant pair gives no certainty', () => {
    for (const count of [5, 25, 100]) {
      const { lower, upper } = meanBounds(units(count, 0), difference, oneLookZ);
      expect(lower).toBeCloseTo(-upper, 9);
      // With the true loss at the bound, such a sample has a chance below 5 %.
      expect((1 + lower) ** count).toBeLessThan(0.05);
    }
  });

  it('counts a group as one unit, however large it is', () => {
    const alone = meanBounds(units(20, 1), rate, oneLookZ);
    const grouped = meanBounds(
      Array.from({ length: 20 }, () => ({ sum: 10, size: 10 })),
      rate,
      oneLookZ,
    );
    expect(grouped.lower).toBeCloseTo(alone.lower, 9);
    const uneven = meanBounds([...units(19, 1), { sum: 100, size: 100 }], rate, oneLookZ);
    expect(uneven.lower).toBeLessThan(0.3);
  });

  it('knows nothing of no unit, and little of one', () => {
    expect(meanBounds([], rate, oneLookZ)).toEqual({ lower: 0, upper: 1 });
    expect(meanBounds(units(1, 1), rate, oneLookZ).lower).toBeLessThan(0.1);
  });

  it('refuses sums that no unit can have', () => {
    expect(() => meanBounds([{ sum: 2, size: 1 }], rate, oneLookZ)).toThrow(RangeError);
    expect(() => meanBounds([{ sum: 0, size: 0 }], rate, oneLookZ)).toThrow(RangeError);
  });

  it('lies about the estimate, inside the bounds, and is where the score is z', () => {
    const values = fc.array(fc.constantFrom<number>(-1, -0.6, -0.2, 0, 0, 0.4, 1), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(oneLookZ, lookZ(3), lookZ(5)), (sums, z) => {
        const sample = sums.map((sum) => ({ sum, size: 1 }));
        const mean = sums.reduce((total, sum) => total + sum, 0) / sums.length;
        const { lower, upper } = meanBounds(sample, difference, z);
        expect(lower).toBeGreaterThanOrEqual(-1);
        expect(lower).toBeLessThanOrEqual(mean + 1e-9);
        expect(upper).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(upper).toBeLessThanOrEqual(1);
        if (lower > -1 + 1e-6) expect(scoreAbove(sample, lower, -1)).toBeCloseTo(z, 5);
      }),
      { numRuns: 60 },
    );
  });
});

describe('casesToShow', () => {
  it.each([0.01, 0.02, 0.05, 0.1, 0.12, 0.3, 0.5])(
    'is the least number that shows a share of %p',
    (share) => {
      for (const z of [oneLookZ, lookZ(5)]) {
        const needed = casesToShow(share, z);
        const lower = (count: number) => meanBounds(units(count, 0), difference, z).lower;
        expect(lower(needed)).toBeGreaterThan(-share);
        expect(lower(needed - 1)).toBeLessThanOrEqual(-share);
        expect(meanBounds(units(needed, 1), rate, z).lower).toBeGreaterThanOrEqual(1 - share);
      }
    },
  );

  it('is without end for a rate of 1 and for no margin', () => {
    expect(casesToShow(0, oneLookZ)).toBe(Infinity);
    expect(casesToShow(1, oneLookZ)).toBe(1);
  });
});

describe('false passes at the margin', () => {
  /** Where each case is lost with the same chance and nothing is gained, all is known: a binomial. */
  it.each([
    [25, 0.12],
    [50, 0.05],
    [100, 0.05],
    [250, 0.02],
  ])('of %p cases at a margin of %p have a chance below the level of one look', (count, margin) => {
    for (const [z, level] of [
      [oneLookZ, 0.05],
      [lookZ(5), 0.0232],
    ] as const) {
      let [chance, losses] = [0, 0];
      let probability = (1 - margin) ** count;
      while (losses < count * margin) {
        const sample = [...units(losses, -1), ...units(count - losses, 0)];
        if (scoreAbove(sample, -margin, -1) >= z) chance += probability;
        probability *= ((count - losses) / (losses + 1)) * (margin / (1 - margin));
        losses++;
      }
      expect(chance).toBeLessThanOrEqual(level);
    }
  });
});
