import { averageEvidence } from '../numbers/average-evidence.ts';
import { type EvidenceProcess, logFactor, type LookCounts } from './bad-event-test.ts';
import { logSpaced, logSumExp } from '../numbers/log-space.ts';
import { fromStored, toStored, type StoredLog } from '../numbers/stored-log.ts';
import { createLookCloser, type CloserState } from './look-counts.ts';

export interface NoWorseOptions {
  /** The candidate must be shown to be below this many times stable's rate; > 0. */
  readonly tolerance: number;
  /** ... or below this rate, whatever stable's is; 0..1. */
  readonly floor: number;
}

export interface NoWorseState {
  /** Of each alternative. */
  readonly wealth: readonly StoredLog[];
  readonly exposed: number;
  readonly bad: number;
  readonly looks: CloserState;
}

const gridPoints = 24;
const gridStart = 0.4;
const gridEnd = 0.9;
const logNormalSd = 0.35;

/**
 * What the candidate's rate may be as a share of the floor, and the weight of each. The first shows a clean candidate
 * soonest; alone, it would be lost for ever with the first bad event.
 */
const floorAlternatives = [
  { share: 0, weight: 0.5 },
  { share: 1 / 16, weight: 0.125 },
  { share: 1 / 8, weight: 0.125 },
  { share: 1 / 4, weight: 0.125 },
  { share: 1 / 2, weight: 0.125 },
] as const;

/**
 * Evidence against "the candidate's rate is at least max(tolerance x stable's, floor)": the reverse test that a plan
 * with `confidence` asks for (DESIGN section 7, STATISTICS sections 1, 4 and 5). Under that null both the two-arm and the
 * one-sample evidence have expectation at most 1, so their mean has. With floor 0 the one-sample null is always true
 * and the two-arm evidence stands alone. Needs settled counts of the long horizon: errors that are not known yet would
 * pass as none.
 *
 * @param looks all looks of the release, oldest first.
 * @throws SluiceError `broken_measurement` on impossible counts; RangeError on options outside their range.
 */
export function noWorseEvidence(
  looks: readonly LookCounts[],
  options: NoWorseOptions,
): { readonly logE: number } {
  const test = createNoWorseTest(options);
  for (const look of looks) test.observe(look);
  return { logE: test.logE() };
}

/**
 * The same test, fed look by look.
 *
 * @param state of an earlier test of the same options, to go on with.
 */
export function createNoWorseTest(
  { tolerance, floor }: NoWorseOptions,
  state?: NoWorseState,
): EvidenceProcess<NoWorseState> {
  if (!(tolerance > 0)) throw new RangeError(`tolerance must be above 0, not ${tolerance}.`);
  if (!(floor >= 0 && floor < 1)) throw new RangeError(`floor must be in 0..1, not ${floor}.`);
  const grid = logSpaced(gridStart * tolerance, gridEnd * tolerance, gridPoints);
  const components = startComponents(grid, state?.wealth);
  const closer = createLookCloser(0, state?.looks);
  let { exposed, bad } = state ?? { exposed: 0, bad: 0 };

  return {
    observe(look) {
      const counts = closer.close(look);
      exposed += look.candidateExposed;
      bad += look.candidateBad;
      if (counts === undefined) return;
      for (const component of components)
        component.logWealth += logFactor(counts, component.rho, tolerance, 0);
    },
    logE() {
      const against = logSumExp(components.map(({ logWealth }) => logWealth));
      return floor === 0 ? against : averageEvidence([against, belowFloorLogE(exposed, bad, floor)]);
    },
    state: () => ({
      wealth: components.map(({ logWealth }) => toStored(logWealth)),
      ...{ exposed, bad, looks: closer.state() },
    }),
  };
}

/**
 * log of the likelihood ratio of a rate `share` x `floor` against the rate `floor`, which has expectation at most 1 at
 * any rate of `floor` or more (Wald 1945).
 */
export function logRatioBelowFloor(exposed: number, bad: number, floor: number, share: number): number {
  const badTerm = bad === 0 ? 0 : bad * Math.log(share);
  return badTerm + (exposed - bad) * (Math.log1p(-share * floor) - Math.log1p(-floor));
}

function belowFloorLogE(exposed: number, bad: number, floor: number): number {
  return averageEvidence(
    floorAlternatives.map(({ share }) => logRatioBelowFloor(exposed, bad, floor, share)),
    floorAlternatives.map(({ weight }) => weight),
  );
}

/** Weights log-normal about rho = 1: a good candidate is as good as stable. */
function startComponents(
  grid: readonly number[],
  wealth: NoWorseState['wealth'] | undefined,
): { readonly rho: number; logWealth: number }[] {
  const logs = grid.map((rho) => ({ rho, log: -0.5 * (Math.log(rho) / logNormalSd) ** 2 }));
  const total = logSumExp(logs.map(({ log }) => log));
  return logs.map(({ rho, log }, i) => ({
    rho,
    logWealth: wealth === undefined ? log - total : fromStored(wealth[i] ?? null),
  }));
}
