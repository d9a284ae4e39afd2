import { averageEvidence } from './average-evidence.ts';

describe('averageEvidence', () => {
  it('is the log of the mean of the e-values', () => {
    expect(averageEvidence([Math.log(2), Math.log(4)])).toBeCloseTo(Math.log(3), 12);
    expect(averageEvidence([Math.log(2), Math.log(4)], [0.25, 0.75])).toBeCloseTo(Math.log(3.5), 12);
  });

  it('holds evidence that no number can', () => {
    expect(averageEvidence([5000, 0])).toBeCloseTo(5000 - Math.log(2), 9);
    expect(averageEvidence([-5000, -5000])).toBeCloseTo(-5000, 9);
    expect(averageEvidence([Infinity, 0])).toBe(Infinity);
    expect(averageEvidence([-Infinity, 0])).toBeCloseTo(-Math.log(2), 12);
    expect(averageEvidence([-Infinity, -Infinity])).toBe(-Infinity);
    expect(averageEvidence([Infinity, 0], [0, 1])).toBe(0);
  });

  it('refuses nothing, NaN, and weights that do not sum to 1', () => {
    expect(() => averageEvidence([])).toThrow(RangeError);
    expect(() => averageEvidence([NaN])).toThrow(RangeError);
    expect(() => averageEvidence([0, 0], [0.5, 0.6])).toThrow(RangeError);
    expect(() => averageEvidence([0, 0], [1])).toThrow(RangeError);
    expect(() => averageEvidence([0, 0], [1.5, -0.5])).toThrow(RangeError);
  });
});
