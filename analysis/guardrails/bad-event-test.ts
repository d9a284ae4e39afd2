import { logAddExp, logSpaced, logSumExp } from '../numbers/log-space.ts';
import { fromStored, toStored, type StoredLog } from '../numbers/stored-log.ts';
import { type CloserState, type SettledCounts, createLookCloser, type LookCounts } from './look-counts.ts';
import { reserveByLooks, reserveByTime } from './mass-reserve.ts';

export type { SettledCounts, LookCounts } from './look-counts.ts';

export interface BadEventOptions {
  /** r: how many times stable's rate the candidate's may be; >= 1. */
  readonly ratio: number;
  /** delta: a rate that is good enough whatever stable's is, 0..1. */
  readonly floor: number;
  /** Exposures of the candidate under a split version before it says anything; 2 where it is left out. */
  readonly leastUnits?: number;
  /**
   * tau: the total hold of the plan in milliseconds; the reserve moves into the test over this time. Where it is left
   * out, each look says what is due (mass-schedule.ts): releases of before have the first form.
   */
  readonly totalHoldMs?: number;
}

/** A running test: what has been observed stays in it. */
export interface EvidenceProcess<State = unknown> {
  observe(look: LookCounts): void;
  /** Natural log of the evidence against the null so far. */
  logE(): number;
  /** All that it knows, as JSON: with it another test of the same options goes on to the digit. */
  state(): State;
}

export interface BadEventState {
  /** Of each alternative. */
  readonly wealth: readonly StoredLog[];
  /** Mass that is not in the test yet. */
  readonly left: number;
  readonly looks: CloserState;
}

// Local names, because look-ups of globals dominate in a sandbox (see log-space.ts).
const { expm1, log, log1p } = Math;

const gridPoints = 32;
const gridEnd = 100;
const weightExponent = -0.25;

/**
 * Evidence that the candidate's rate of bad events is above `ratio` x stable's + `floor`: an e-process, so its
 * running value may be compared with a threshold after every look (DESIGN section 7; STATISTICS sections 1, 2, 5).
 *
 * A look's factor for an alternative rho is a^x_c b^x_s exp(-n_c delta (a - 1)), of expectation at most 1 at any base
 * rate (proof in STATISTICS section 1). The mixture over rho does not start all of its capital at once, so that a good
 * past does not hide a late regression (restarts as in e-detectors: Shin, Ramdas, Rinaldo); what is not in it yet is
 * evidence 1.
 *
 * @param looks all looks of the release, oldest first, over all its steps and weights.
 * @throws SluiceError `broken_measurement` on impossible counts; RangeError on options outside their range.
 */
export function badEventEvidence(
  looks: readonly LookCounts[],
  options: BadEventOptions,
): { readonly logE: number } {
  const test = createBadEventTest(options);
  for (const look of looks) test.observe(look);
  return { logE: test.logE() };
}

/**
 * The same test, fed look by look: the order of looks is part of the result.
 *
 * @param state of an earlier test of the same options, to go on with.
 */
export function createBadEventTest(
  options: BadEventOptions,
  state?: BadEventState,
): EvidenceProcess<BadEventState> {
  requireOptions(options);
  const { ratio, floor, totalHoldMs } = options;
  const reserve =
    totalHoldMs === undefined ? reserveByLooks(state?.left) : reserveByTime(totalHoldMs, state?.left);
  const components = startComponents(ratio, state?.wealth, reserve.started);
  const closer = createLookCloser(options.leastUnits, state?.looks);

  return {
    observe(look) {
      const counts = closer.close(look);
      const logMoved = reserve.move(look);
      for (const component of components) {
        if (logMoved > -Infinity) component.logWealth = logAddExp(component.logWealth, logMoved);
        if (counts !== undefined) component.logWealth += logFactor(counts, component.rho, ratio, floor);
      }
    },
    logE: () =>
      logAddExp(logSumExp(components.map((each) => each.logWealth + each.logWeight)), reserve.log()),
    state: () => ({
      wealth: components.map(({ logWealth }) => toStored(logWealth)),
      left: reserve.left(),
      looks: closer.state(),
    }),
  };
}

/** The alternatives rho of the test: candidate's rate over stable's. */
export function alternatives(ratio: number): number[] {
  return logSpaced(ratio === 1 ? 1.15 : 1.3 * ratio, gridEnd, gridPoints);
}

/** log of a^x_c b^x_s exp(-n_c delta (a - 1)); a and b as ratios, so that neither tiny nor huge arms lose digits. */
export function logFactor(counts: SettledCounts, rho: number, ratio: number, floor: number): number {
  const { candidateExposed, candidateBad, stableExposed, stableBad } = counts;
  const excess = ((rho - ratio) * candidateExposed) / (ratio * candidateExposed + stableExposed);
  const logB = -log1p(excess);
  const logA = log(rho / ratio) + logB;
  const price = floor === 0 ? 0 : candidateExposed * floor * expm1(logA);
  return candidateBad * logA + stableBad * logB - price;
}

/** w_j and A_j of each alternative, as logs. */
interface Component {
  readonly rho: number;
  readonly logWeight: number;
  logWealth: number;
}

function startComponents(
  ratio: number,
  wealth: BadEventState['wealth'] | undefined,
  started: number,
): Component[] {
  return gridOf(ratio).map((alternative, i) => ({
    ...alternative,
    logWealth: wealth === undefined ? log(started) : fromStored(wealth[i] ?? null),
  }));
}

type Alternative = Pick<Component, 'rho' | 'logWeight'>;
/** Every look goes on with all tests of a release: their grids are the same as before. */
const grids = new Map<number, readonly Alternative[]>();
/** Ratios are those of plans, which teams write. */
const mostGrids = 1_000;

function gridOf(ratio: number): readonly Alternative[] {
  const known = grids.get(ratio);
  if (known !== undefined) return known;
  const rhos = alternatives(ratio);
  const logs = rhos.map((rho) => weightExponent * log(rho / ratio));
  const total = logSumExp(logs);
  const grid = rhos.map((rho, i) => ({ rho, logWeight: (logs[i] ?? 0) - total }));
  if (grids.size >= mostGrids) grids.clear();
  grids.set(ratio, grid);
  return grid;
}

function requireOptions({ ratio, floor, totalHoldMs }: BadEventOptions): void {
  if (!(ratio >= 1 && ratio <= 50)) throw new RangeError(`ratio must be 1..50, not ${ratio}.`);
  if (!(floor >= 0 && floor < 1)) throw new RangeError(`floor must be in 0..1, not ${floor}.`);
  if (totalHoldMs !== undefined && !(totalHoldMs >= 0))
    throw new RangeError(`totalHoldMs must be >= 0, not ${totalHoldMs}.`);
}
