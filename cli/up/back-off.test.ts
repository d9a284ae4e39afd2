import fc from 'fast-check';
import { backOffMs } from './back-off.ts';

const random = fc.double({ min: 0, max: 1, noNaN: true });

it('never waits longer than half a minute, nor not at all', () => {
  fc.assert(
    fc.property(fc.nat(10_000), random, (before, r) => {
      const waitMs = backOffMs(before, r);
      expect(waitMs).toBeGreaterThanOrEqual(125);
      expect(waitMs).toBeLessThanOrEqual(30_000);
    }),
  );
});

it('doubles with each fall that follows soon upon another', () => {
  expect([0, 1, 2, 3, 7, 50].map((before) => backOffMs(before, 1))).toEqual([
    250, 500, 1000, 2000, 30_000, 30_000,
  ]);
  expect(backOffMs(2, 0)).toBe(500);
});
