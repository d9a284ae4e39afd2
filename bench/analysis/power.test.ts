import { expectedCandidateRequests } from './power.ts';

const rule = { baseRate: 0.01, ratio: 1.25, floor: 0, alpha: 0.05, share: 1 / 6 };

describe('expectedCandidateRequests', () => {
  it.each([
    [2, 0.05, 54_314],
    [2, 0.5, 12_441],
    [5, 0.05, 3355],
    [5, 0.95, 6107],
    [20, 0.25, 115],
  ])('x%p at weight %p agrees with %p requests in all (STATISTICS 3)', (trueRatio, weight, requests) => {
    const candidate = expectedCandidateRequests({ ...rule, trueRatio, weight });
    expect(Math.abs(candidate - requests * weight)).toBeLessThanOrEqual(1);
  });

  it('is infinite for what the guardrail allows, and more with a floor', () => {
    expect(expectedCandidateRequests({ ...rule, trueRatio: 1.25, weight: 0.05 })).toBe(Infinity);
    expect(expectedCandidateRequests({ ...rule, trueRatio: 2, floor: 0.05, weight: 0.05 })).toBe(Infinity);
    const withFloor = expectedCandidateRequests({ ...rule, trueRatio: 5, floor: 0.001, weight: 0.05 });
    expect(withFloor).toBeGreaterThan(168);
    expect(withFloor).toBeLessThan(250);
  });

  it('refuses a weight in percent', () => {
    expect(() => expectedCandidateRequests({ ...rule, trueRatio: 5, weight: 5 })).toThrow(RangeError);
  });
});
