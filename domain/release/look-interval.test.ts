import { blindIntervalMs, closesByExposures, leaseFor, lookWithinMs } from './look-interval.ts';

const minute = 60_000;

describe('the time after which a look closes', () => {
  it('is 15 s, in the bake of an hour as in a step of ten minutes, however long it has been held', () => {
    expect(lookWithinMs({ heldMs: 0, holdMs: 10 * minute })).toBe(15_000);
    expect(lookWithinMs({ heldMs: 59 * minute, holdMs: 60 * minute })).toBe(15_000);
    expect(lookWithinMs({ heldMs: 200 * minute, holdMs: 60 * minute })).toBe(15_000);
  });

  it('is 30 s in a pause', () => {
    const step = { heldMs: minute, holdMs: 60 * minute };
    expect(lookWithinMs({ ...step, pausedMs: 0 })).toBe(30_000);
    expect(lookWithinMs({ ...step, pausedMs: 600 * minute })).toBe(30_000);
  });

  it('gives a short hold several looks, and fewer where it is extended or paused', () => {
    expect(lookWithinMs({ heldMs: 0, holdMs: 8_000 })).toBe(1_000);
    expect(lookWithinMs({ heldMs: 40_000, holdMs: 8_000 })).toBe(5_000);
    expect(lookWithinMs({ heldMs: 0, holdMs: 8_000, pausedMs: minute })).toBe(15_000);
    expect(lookWithinMs({ heldMs: 0, holdMs: 8_000, pausedMs: 60 * minute })).toBe(30_000);
  });

  it('is at the end of the hold, not after it', () => {
    expect(lookWithinMs({ heldMs: 30 * minute - 4_000, holdMs: 30 * minute })).toBe(4_000);
  });

  it('is short while nothing can be measured: several attempts fit into maxBlind', () => {
    expect(blindIntervalMs(2 * minute)).toBe(2_000);
    expect(blindIntervalMs(5_000)).toBe(500);
  });
});

describe('the exposures that close a look', () => {
  it('are 20 at first, and a tenth of those before it later: by number, never by outcome', () => {
    expect([closesByExposures(0, 19), closesByExposures(0, 20)]).toEqual([false, true]);
    expect([closesByExposures(1_000, 1_099), closesByExposures(1_000, 1_100)]).toEqual([false, true]);
  });
});

describe('the lease (invariant 23)', () => {
  it("is the plan's and one look: 90 s at most by default", () => {
    const longest = Math.max(
      ...[0, minute, 600 * minute].map((pausedMs) =>
        lookWithinMs({ heldMs: 0, holdMs: 60 * minute, pausedMs }),
      ),
    );
    expect(leaseFor(60_000, longest)).toBe(90_000);
    expect(leaseFor(60_000, lookWithinMs({ heldMs: 0, holdMs: 60 * minute }))).toBe(75_000);
  });
});
