import type { VersionCounts } from '../../../config-store/looks/read-counts.ts';
import type { ArmTotal } from '../../../config-store/looks/arm-total.ts';
import { countedBefore, incrementsOfRow, incrementsSince, rowOfIncrements } from './increments.ts';

const counts = {
  admitted: 0,
  completed: 0,
  failed: 0,
  rescued: 0,
  tokensIn: 0,
  tokensOut: 0,
  retrievalEmpty: 0,
};
const none = { short: 0, long: 0 };

function arm(exposed: number, bad: number): ArmTotal {
  const horizons = { short: { exposed, bad }, long: { exposed: exposed / 2, bad: bad / 2 } };
  const guardrails = { errors: horizons, latency: horizons };
  return {
    counts: {
      ...counts,
      admitted: exposed,
      retrievalError: 0,
      latencyBuckets: [],
      latencySumMs: 0,
      guardrails,
    },
    charged: { errors: none, latency: none },
    judged: guardrails,
  };
}

const version = (
  splitVersion: number,
  candidate: [number, number],
  stable: [number, number],
): VersionCounts => ({
  splitVersion,
  arms: { candidate: arm(...candidate), stable: arm(...stable), 'lease-expired': arm(0, 0) },
  newSubjects: { candidate: 0, stable: 0 },
});

describe('what a look adds', () => {
  it('is the difference from all looks before, for each version, guardrail and horizon on its own', () => {
    const first = incrementsSince([], [version(2, [10, 2], [100, 4])], { splitVersion: 2, elapsedMs: 500 });
    const second = incrementsSince([first], [version(2, [30, 6], [300, 4])], {
      splitVersion: 2,
      elapsedMs: 700,
    });
    expect(second.counters['errors']!.short).toEqual([
      {
        splitVersion: 2,
        candidateExposed: 20,
        candidateBad: 4,
        stableExposed: 200,
        stableBad: 0,
        elapsedMs: 700,
      },
    ]);
    expect(second.counters['latency']!.long[0]).toMatchObject({ candidateExposed: 10, stableExposed: 100 });
    expect(countedBefore([first, second], 'errors', 'short', 2)).toMatchObject({
      candidateExposed: 30,
      stableBad: 4,
    });
  });

  it('never adds up what two versions have counted, and counts the time once', () => {
    const first = incrementsSince([], [version(2, [10, 0], [100, 0])], { splitVersion: 2, elapsedMs: 500 });
    const versions = [version(2, [12, 1], [110, 0]), version(3, [40, 0], [60, 0])];
    const second = incrementsSince([first], versions, { splitVersion: 3, elapsedMs: 700 });
    expect(
      second.counters['errors']!.short.map(({ splitVersion, candidateExposed, elapsedMs }) => [
        splitVersion,
        candidateExposed,
        elapsedMs,
      ]),
    ).toEqual([
      [2, 2, 0],
      [3, 40, 700],
    ]);
  });

  it('has a row of the present version even where nothing was counted: the time goes on', () => {
    const look = incrementsSince([], [version(2, [0, 0], [0, 0])], { splitVersion: 2, elapsedMs: 500 });
    expect(look.counters['errors']!.short).toHaveLength(1);
    expect(incrementsOfRow(JSON.parse(JSON.stringify(rowOfIncrements(look))))).toEqual(look);
  });
});

describe('a counter that the gateways do not count', () => {
  const without = ({ arms, ...rest }: VersionCounts): VersionCounts => {
    const { latency: _, ...judged } = arms.candidate.judged;
    return { ...rest, arms: { ...arms, candidate: { ...arms.candidate, judged } } };
  };
  const present = { splitVersion: 2, elapsedMs: 500 };

  it('is not in the look: that is nothing known, not nothing bad', () => {
    const look = incrementsSince([], [without(version(2, [10, 2], [100, 4]))], present);
    expect(Object.keys(look.counters)).toEqual(['errors']);
    expect(look.elapsedMs).toBe(500);
  });

  it('comes in whole with the first look that has it', () => {
    const first = incrementsSince([], [without(version(2, [10, 2], [100, 4]))], present);
    const second = incrementsSince([first], [version(2, [30, 6], [300, 4])], present);
    expect(second.counters['errors']!.short[0]).toMatchObject({ candidateExposed: 20 });
    expect(second.counters['latency']!.short[0]).toMatchObject({ candidateExposed: 30 });
  });
});

describe('a stored look', () => {
  const counted = { splitVersion: 2, candidateExposed: 1, candidateBad: 0, stableExposed: 9, stableBad: 1 };
  const horizons = { short: [{ ...counted, elapsedMs: 70 }], long: [] };

  it('of before has no version, and says by its counts how much time it covers', () => {
    const look = incrementsOfRow({ errors: horizons, latency: horizons });
    expect(look).toEqual({ elapsedMs: 70, dryRuns: {}, counters: { errors: horizons, latency: horizons } });
  });

  it('of a newer program is read without the counters that only that one knows', () => {
    const row = { version: 3, elapsedMs: 80, errors: horizons, toxicity: { mean: [0.1] }, extra: 'x' };
    expect(incrementsOfRow(row)).toEqual({ elapsedMs: 80, dryRuns: {}, counters: { errors: horizons } });
  });

  it.each([[{ errors: { short: [] } }], [{ errors: null }], ['x'], [null]])(
    'is a broken measurement where it cannot be read: %j',
    (row) => {
      expect(() => incrementsOfRow(row)).toThrow(
        expect.objectContaining({ code: 'broken_measurement' }) as Error,
      );
    },
  );
});
