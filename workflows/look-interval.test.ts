import { blindIntervalMs, leaseFor, lookIntervalMs } from './look-interval.ts';

const minute = 60_000;
const intervals = (step: { holdMs: number; bake: boolean }, count: number) =>
  Array.from({ length: count }, (_, look) => lookIntervalMs({ ...step, look }));

describe('the time between two looks', () => {
  it('is 2 s at first and backs off to 30 s', () => {
    const found = intervals({ holdMs: 30 * minute, bake: false }, 40);
    expect(found.slice(0, 3)).toEqual([2_000, 3_000, 4_500]);
    expect(found.at(-1)).toBe(30_000);
  });

  it('backs off to 180 s in bakes', () => {
    expect(intervals({ holdMs: 60 * minute, bake: true }, 100).at(-1)).toBe(180_000);
  });

  it('gives a short hold several looks', () => {
    expect(intervals({ holdMs: 8_000, bake: false }, 3)).toEqual([1_000, 1_000, 1_000]);
    expect(intervals({ holdMs: 8_000, bake: true }, 3)).toEqual([1_000, 1_000, 1_000]);
  });

  it('grows with a pause, up to 180 s', () => {
    const step = { look: 0, holdMs: 8_000, bake: false };
    expect(lookIntervalMs({ ...step, pausedMs: 1_000 })).toBe(1_000);
    expect(lookIntervalMs({ ...step, pausedMs: minute })).toBe(15_000);
    expect(lookIntervalMs({ ...step, pausedMs: 60 * minute })).toBe(180_000);
  });

  it('is short while nothing can be measured: several attempts fit into maxBlind', () => {
    expect(blindIntervalMs(2 * minute)).toBe(2_000);
    expect(blindIntervalMs(5_000)).toBe(500);
  });
});

describe('the lease', () => {
  it("is the larger of the plan's and three measuring intervals (invariant 23)", () => {
    expect(leaseFor(60_000, 2_000)).toBe(60_000);
    expect(leaseFor(60_000, 180_000)).toBe(540_000);
  });
});
