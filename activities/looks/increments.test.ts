import type { VersionCounts } from '../../config-store/read-counts.ts';
import type { ArmTotal } from '../../config-store/arm-total.ts';
import { countedBefore, incrementsSchema, incrementsSince } from './increments.ts';

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
    counts: { ...counts, retrievalError: 0, latencyBuckets: [], latencySumMs: 0, guardrails },
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
    expect(second.errors.short).toEqual([
      {
        splitVersion: 2,
        candidateExposed: 20,
        candidateBad: 4,
        stableExposed: 200,
        stableBad: 0,
        elapsedMs: 700,
      },
    ]);
    expect(second.latency.long[0]).toMatchObject({ candidateExposed: 10, stableExposed: 100 });
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
      second.errors.short.map(({ splitVersion, candidateExposed, elapsedMs }) => [
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
    expect(look.errors.short).toHaveLength(1);
    expect(incrementsSchema.parse(JSON.parse(JSON.stringify(look)))).toEqual(look);
  });
});
