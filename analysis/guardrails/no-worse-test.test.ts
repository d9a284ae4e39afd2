import fc from 'fast-check';
import { binomialProbability, look } from '../../tests/support/look-counts.ts';
import { SluiceError } from '../../domain/errors.ts';
import { logRatioBelowFloor, noWorseEvidence } from './no-worse-test.ts';

describe('the reverse test', () => {
  it('has expectation at most 1 for a candidate at the tolerance and above the floor', () => {
    const cases = fc.record({
      n: fc.integer({ min: 2, max: 6 }),
      m: fc.integer({ min: 1, max: 6 }),
      stableRate: fc.double({ min: 0, max: 1, noNaN: true }),
      tolerance: fc.double({ min: 1, max: 4, noNaN: true }),
      floor: fc.double({ min: 0, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ n, m, stableRate, tolerance, floor }) => {
        fc.pre(tolerance * stableRate <= 1);
        const rate = Math.max(tolerance * stableRate, floor);
        let expectation = 0;
        for (let candidateBad = 0; candidateBad <= n; candidateBad++) {
          for (let stableBad = 0; stableBad <= m; stableBad++) {
            const counts = look({ candidateExposed: n, candidateBad, stableExposed: m, stableBad });
            const p =
              binomialProbability(n, candidateBad, rate) * binomialProbability(m, stableBad, stableRate);
            if (p > 0) expectation += p * Math.exp(noWorseEvidence([counts], { tolerance, floor }).logE);
          }
        }
        expect(expectation).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('is the log-normal mixture over 0.4 to 0.9 of the tolerance, computed by hand', () => {
    const [n, x, m, y] = [100, 3, 300, 12];
    const q = (rho: number) => (rho * n) / (rho * n + m);
    const grid = Array.from({ length: 24 }, (_, j) => 0.8 * (0.9 / 0.4) ** (j / 23));
    const weights = grid.map((rho) => Math.exp(-0.5 * (Math.log(rho) / 0.35) ** 2));
    const wealth = grid.map((rho) => (q(rho) / q(2)) ** x * ((1 - q(rho)) / (1 - q(2))) ** y);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const expected = sum(wealth.map((value, j) => value * weights[j]!)) / sum(weights);
    const counts = look({ candidateExposed: n, candidateBad: x, stableExposed: m, stableBad: y });
    expect(noWorseEvidence([counts], { tolerance: 2, floor: 0 }).logE).toBeCloseTo(Math.log(expected), 10);
  });

  it.each([
    [0.001, 2995],
    [0.005, 598],
    [0.01, 299],
  ])('a clean candidate is below the floor %p after %p requests (STATISTICS 5)', (floor, requests) => {
    expect(logRatioBelowFloor(requests, 0, floor, 0)).toBeGreaterThanOrEqual(Math.log(20));
    expect(logRatioBelowFloor(requests - 1, 0, floor, 0)).toBeLessThan(Math.log(20));
  });

  it('shows an equal candidate to be no worse than twice stable, and never one at twice stable', () => {
    const options = { tolerance: 2, floor: 0 };
    const equal = look({ candidateExposed: 5000, candidateBad: 50, stableExposed: 95_000, stableBad: 950 });
    expect(noWorseEvidence([equal], options).logE).toBeGreaterThan(Math.log(20));
    expect(noWorseEvidence([{ ...equal, candidateBad: 100 }], options).logE).toBeLessThan(0);
  });

  it('survives a bad event below the floor where stable has none', () => {
    const clean = look({ candidateExposed: 20_000, candidateBad: 1, stableExposed: 400_000 });
    expect(noWorseEvidence([clean], { tolerance: 2, floor: 0.001 }).logE).toBeGreaterThan(Math.log(20));
    expect(noWorseEvidence([clean], { tolerance: 2, floor: 0 }).logE).toBeLessThan(0);
  });

  it('says nothing without data: missing data is never a pass', () => {
    expect(noWorseEvidence([], { tolerance: 2, floor: 0.0005 }).logE).toBeCloseTo(0, 12);
    expect(noWorseEvidence([look({ elapsedMs: 1 })], { tolerance: 2, floor: 0.0005 }).logE).toBeCloseTo(
      0,
      12,
    );
  });

  it('stays a number with huge counts', () => {
    const huge = look({ candidateExposed: 1e15, candidateBad: 1e15, stableExposed: 1e15, stableBad: 1e15 });
    expect(noWorseEvidence([huge], { tolerance: 2, floor: 0.01 }).logE).not.toBeNaN();
  });

  it('refuses options outside their range and impossible counts', () => {
    expect(() => noWorseEvidence([], { tolerance: 0, floor: 0 })).toThrow(RangeError);
    expect(() => noWorseEvidence([], { tolerance: 2, floor: 1 })).toThrow(RangeError);
    const impossible = look({ candidateExposed: 1, candidateBad: 2 });
    expect(() => noWorseEvidence([impossible], { tolerance: 2, floor: 0 })).toThrow(SluiceError);
  });
});
