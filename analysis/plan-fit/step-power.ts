import { alternatives, logFactor } from '../guardrails/bad-event-test.ts';

/** Requests of both arms that a guardrail has seen by the end of a step. */
export interface SeenRequests {
  readonly candidate: number;
  readonly stable: number;
}

/** What a guardrail allows, and beside which rate. */
export interface GuardrailAtRate {
  /** Stable's rate of bad events, 0..1. */
  readonly base: number;
  readonly ratio: number;
  readonly floor: number;
  /** Natural logarithm of the evidence that takes a candidate back. */
  readonly logThreshold: number;
}

/**
 * What the mixture costs beside a test that knew the candidate's rate: its mass stands on 32 rates, and a part of it is
 * kept for later (`bench/analysis/plan-fit.ts` holds this beside the judge's own test).
 */
const logCost = 1.6;
/** Below so many candidate requests a normal approximation says nothing: an outage is counted instead. */
const fewest = 2;
const halvings = 40;

/** z of the chance with which something is found, by one bound. */
export const findingChances = { '80': 0.8416, '95': 1.645 } as const;

/**
 * The least rate of the candidate that a guardrail finds by the end of a step with a chance: the evidence's mean less z of
 * its standard deviations reaches the threshold. Undefined where not even a total outage does.
 *
 * @param seen requests up to the end of the step, at the rates' own times
 * @param z of the chance, see `findingChances`
 */
export function findableRate(seen: SeenRequests, guardrail: GuardrailAtRate, z: number): number | undefined {
  const allowed = Math.min(1, guardrail.base * guardrail.ratio + guardrail.floor);
  const finds = (rate: number): boolean => evidenceAt(seen, guardrail, rate, z) >= guardrail.logThreshold;
  if (seen.candidate < fewest || !finds(1)) return undefined;
  let [missed, found] = [allowed, 1];
  for (let i = 0; i < halvings; i++) {
    const middle = (missed + found) / 2;
    if (finds(middle)) found = middle;
    else missed = middle;
  }
  return found;
}

/** The evidence that is reached with a chance, at the rate of the mixture that suits best. */
function evidenceAt(
  seen: SeenRequests,
  { base, ratio, floor }: GuardrailAtRate,
  rate: number,
  z: number,
): number {
  const pool = Math.max(base, 0.5 / Math.max(1, seen.stable + seen.candidate));
  const rates = [...alternatives(ratio)];
  return Math.max(
    ...rates.map((rho) => {
      const counts = {
        candidateExposed: seen.candidate,
        candidateBad: seen.candidate * rate,
        stableExposed: seen.stable,
        stableBad: seen.stable * pool,
      };
      const mean = logFactor(counts, rho, ratio, floor);
      return mean - z * deviationAt(seen, { rho, ratio, floor, rate, base: pool }) - logCost;
    }),
  );
}

interface Spread {
  readonly rho: number;
  readonly ratio: number;
  readonly floor: number;
  readonly rate: number;
  readonly base: number;
}

/** Of the log factor: what one bad event of either arm adds to it, times the binomial deviation of how many there are. */
function deviationAt(seen: SeenRequests, { rho, ratio, floor, rate, base }: Spread): number {
  const one = (candidateBad: number, stableBad: number): number =>
    logFactor(
      { candidateExposed: seen.candidate, candidateBad, stableExposed: seen.stable, stableBad },
      rho,
      ratio,
      floor,
    );
  const none = one(0, 0);
  const [own, others] = [one(1, 0) - none, seen.stable >= 1 ? one(0, 1) - none : 0];
  return Math.sqrt(
    own ** 2 * seen.candidate * rate * (1 - rate) + others ** 2 * seen.stable * base * (1 - base),
  );
}
