import { logAddExp, logSpaced, logSumExp } from '../numbers/log-space.ts';
import { type SettledCounts, createLookCloser, type LookCounts } from './look-counts.ts';

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
export interface EvidenceProcess {
  observe(look: LookCounts): void;
  /** Natural log of the evidence against the null so far. */
  logE(): number;
}

// Local names, because look-ups of globals dominate in a sandbox (see log-space.ts).
const { expm1, log, log1p, min } = Math;

const gridPoints = 32;
const gridEnd = 100;
const weightExponent = -0.25;
/** Of the tests whose reserve moves by time alone. */
const startShare = 0.8;

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

/** The same test, fed look by look: the order of looks is part of the result. */
export function createBadEventTest(options: BadEventOptions): EvidenceProcess {
  requireOptions(options);
  const { ratio, floor, totalHoldMs } = options;
  const reserve = totalHoldMs === undefined ? reserveByLooks() : reserveByTime(totalHoldMs);
  const components = startComponents(ratio, reserve.started);
  const close = createLookCloser(options.leastUnits);

  return {
    observe(look) {
      const counts = close(look);
      const logMoved = reserve.move(look);
      for (const component of components) {
        if (logMoved > -Infinity) component.logWealth = logAddExp(component.logWealth, logMoved);
        if (counts !== undefined) component.logWealth += logFactor(counts, component.rho, ratio, floor);
      }
    },
    logE: () =>
      logAddExp(logSumExp(components.map((each) => each.logWealth + each.logWeight)), reserve.log()),
  };
}

/** What of the mass is not in the test yet. */
interface Reserve {
  /** What is in it from the beginning. */
  readonly started: number;
  /** Takes out what is due with a look; its log. */
  move(look: LookCounts): number;
  log(): number;
}

function reserveByTime(totalHoldMs: number): Reserve {
  let logReserve = log(1 - startShare);
  return {
    started: startShare,
    move({ elapsedMs }) {
      const moved = totalHoldMs > 0 ? min(1, elapsedMs / totalHoldMs) : 1;
      const logMoved = logReserve + log(moved);
      logReserve += log1p(-moved);
      return logMoved;
    },
    log: () => logReserve,
  };
}

function reserveByLooks(): Reserve {
  let left = 1;
  return {
    started: 0,
    move({ due = 0 }) {
      const moved = min(due, left);
      left -= moved;
      return log(moved);
    },
    log: () => log(left),
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

function startComponents(ratio: number, started: number): Component[] {
  const grid = alternatives(ratio);
  const logs = grid.map((rho) => weightExponent * log(rho / ratio));
  const total = logSumExp(logs);
  const logWealth = log(started);
  return grid.map((rho) => ({ rho, logWeight: weightExponent * log(rho / ratio) - total, logWealth }));
}

function requireOptions({ ratio, floor, totalHoldMs }: BadEventOptions): void {
  if (!(ratio >= 1 && ratio <= 50)) throw new RangeError(`ratio must be 1..50, not ${ratio}.`);
  if (!(floor >= 0 && floor < 1)) throw new RangeError(`floor must be in 0..1, not ${floor}.`);
  if (totalHoldMs !== undefined && !(totalHoldMs >= 0))
    throw new RangeError(`totalHoldMs must be >= 0, not ${totalHoldMs}.`);
}
