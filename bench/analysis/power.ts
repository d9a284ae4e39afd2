import { alternatives, logFactor } from '../../analysis/guardrails/bad-event-test.ts';

export interface PowerInput {
  /** Stable's rate of bad events, 0..1. */
  baseRate: number;
  /** How many times stable's rate the candidate's really is. */
  trueRatio: number;
  /** r and delta of the guardrail. */
  ratio: number;
  floor: number;
  /** The candidate's share of the requests, above 0 and below 1. */
  weight: number;
  /** Share of good releases that may be taken back, and this guardrail's share of it. */
  alpha: number;
  share: number;
}

/**
 * About how many candidate requests it takes until the guardrail takes back a candidate that is `trueRatio` times as bad
 * as stable: log(1/alpha) over the growth of the evidence per candidate request. A lower bound: the median is 1.1 to
 * 1.6 times as many (STATISTICS section 2).
 *
 * @returns a whole number of requests; Infinity where the guardrail allows such a candidate.
 * @throws RangeError on a weight outside 0..1.
 */
export function expectedCandidateRequests(input: PowerInput): number {
  const { weight, alpha, share, trueRatio, ratio } = input;
  if (!(weight > 0 && weight < 1)) throw new RangeError(`weight is a share between 0 and 1, not ${weight}.`);
  const candidates = trueRatio > ratio ? [trueRatio, ...alternatives(ratio)] : [];
  const growth = Math.max(0, ...candidates.map((rho) => growthPerCandidateRequest(input, rho)));
  return growth === 0 ? Infinity : Math.ceil(Math.log(1 / (alpha * share)) / growth);
}

/** The mean log factor of a look with one candidate request and its share of stable's. */
function growthPerCandidateRequest(
  { baseRate, trueRatio, ratio, floor, weight }: PowerInput,
  rho: number,
): number {
  const stableExposed = (1 - weight) / weight;
  const counts = {
    candidateExposed: 1,
    candidateBad: Math.min(1, baseRate * trueRatio),
    stableExposed,
    stableBad: stableExposed * baseRate,
  };
  return logFactor(counts, rho, ratio, floor);
}
