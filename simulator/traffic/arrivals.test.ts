import { seededRandom } from '../random.ts';
import { startArrivals } from './arrivals.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('arrives at its rate, and at another when told, and not at all at none', () => {
  let count = 0;
  const arrivals = startArrivals(20, seededRandom('arrivals'), () => (count += 1));
  const during = (ms: number) => {
    count = 0;
    jest.advanceTimersByTime(ms);
    return count;
  };
  // 2,000 arrivals of a Poisson process: three standard deviations are 134.
  expect(Math.abs(during(100_000) - 2000)).toBeLessThan(134);
  arrivals.setRate(100);
  expect(Math.abs(during(20_000) - 2000)).toBeLessThan(134);
  arrivals.setRate(0);
  expect(during(10_000)).toBe(0);
  arrivals.setRate(100);
  expect(during(1000)).toBeGreaterThan(50);
  arrivals.stop();
  expect(during(10_000)).toBe(0);
});
