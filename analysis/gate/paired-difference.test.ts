import { oneLookZ } from './gate-looks.ts';
import { pairedDifference, relativeOutcome } from './paired-difference.ts';

const pair = (candidate: number, stable: number) => ({ candidate: [candidate], stable: [stable] });

describe('pairedDifference', () => {
  it('is the mean of the differences, with bounds on both sides', () => {
    const cases = [pair(0, 1), pair(1, 1), pair(0, 0), pair(1, 0), { candidate: [1, 0], stable: [0, 0] }];
    const difference = pairedDifference(cases, oneLookZ);
    expect(difference.estimate).toBeCloseTo(0.1, 12);
    expect(difference.lower).toBeLessThan(-0.4);
    expect(difference.upper).toBeGreaterThan(0.5);
    expect(difference.units).toBe(5);
  });

  it('counts a group as one unit', () => {
    const grouped = [pair(0, 1), pair(0, 1), pair(0, 1)].map((one) => ({ ...one, group: 'one document' }));
    const difference = pairedDifference([...grouped, pair(1, 1)], oneLookZ);
    expect(difference.units).toBe(2);
    expect(difference.estimate).toBeCloseTo(-0.5, 12);
  });

  it('knows nothing from no case or one', () => {
    expect(relativeOutcome(pairedDifference([], oneLookZ), 0.02)).toBe('inconclusive');
    expect(relativeOutcome(pairedDifference([pair(1, 0)], oneLookZ), 0.02)).toBe('inconclusive');
    expect(relativeOutcome(pairedDifference([pair(0, 1)], oneLookZ), 0.02)).toBe('inconclusive');
  });

  it('refuses a case without scores of both arms', () => {
    expect(() => pairedDifference([{ candidate: [], stable: [1] }], oneLookZ)).toThrow(RangeError);
  });
});

describe('relativeOutcome', () => {
  const bounds = (lower: number, estimate: number, upper: number) => ({
    lower,
    estimate,
    upper,
    units: 9,
  });

  it.each([
    ['pass', bounds(-0.01, 0, 0.01)],
    ['pass', bounds(-0.019, -0.015, -0.011)],
    ['block', bounds(-0.09, -0.05, -0.01)],
    ['inconclusive', bounds(-0.09, -0.04, 0.01)],
    ['inconclusive', bounds(-0.025, -0.015, -0.005)],
    ['inconclusive', bounds(-0.02, 0, 0.02)],
  ] as const)('is %s for %j at margin 0.02', (outcome, difference) => {
    expect(relativeOutcome(difference, 0.02)).toBe(outcome);
  });
});
