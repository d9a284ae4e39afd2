import { logistic, logit, mixtureQuantile, type NormalPart } from './normal.ts';

/** Pairs by which arm's answer was a bad event; not whole numbers where pairs of one subject share their weight. */
export interface PairTable {
  readonly both: number;
  readonly candidateOnly: number;
  readonly stableOnly: number;
  readonly neither: number;
}

/** What stable has shown in production; of no unit where nobody has counted. */
export interface BaseRate {
  readonly bad: number;
  readonly units: number;
}

/** Shares below which a prediction's rate lies: 5 %, 10 %, ..., 95 %. */
const predictedShares: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** A rate as it is expected: quantiles of what it may be, at `predictedShares`. */
export type RateQuantiles = readonly number[];

export interface PredictedRates {
  readonly candidate: RateQuantiles;
  readonly stable: RateQuantiles;
}

/**
 * How candidates of before were to stable, as shifts of the logarithm of the odds: most are like it, some differ by a
 * factor of two or three, a few by anything (`bench/analysis/predictions.ts` draws others, and finds 85 to 95 % in the
 * intervals).
 */
const shifts: readonly NormalPart[] = [
  { weight: 0.55, mean: 0, deviation: 0.15 },
  { weight: 0.25, mean: 0, deviation: 0.9 },
  { weight: 0.2, mean: 0, deviation: 2.5 },
];
/** Staging's stable and production's need not be the same: so far apart in the logarithm of the odds, as a rule. */
const betweenEnvironments = 0.5;
/** Further apart than so many deviations staging shows something else, and says nothing about the level in production. */
const another = 2.5;
/** Where nobody has counted: any rate. */
const unknownBase = { mean: logit(0.03), deviation: 2 };

/**
 * What rates of bad events a canary will show, from pairs of answers to the same requests and from what stable has shown
 * in production: the pairs say by how much the odds differ, production says from which level.
 */
export function predictRates(table: PairTable, base: BaseRate): PredictedRates {
  const production = base.units > 0 ? logitOf(base.bad, base.units) : undefined;
  const seen = marginsOf(table);
  const { shift, variance, stable } = shiftOf(seen, production);
  const level = production ?? stable;
  const parts = posterior(shift, variance, production === undefined ? table : undefined).map(
    ({ weight, mean, deviation }) => {
      // Without production's level the pairs show the candidate's own, the surer the less of it is taken for chance.
      const own = shift === 0 ? 1 : mean / shift;
      const alone = Math.sqrt(own * seen.candidate.deviation ** 2 + (1 - own) * stable.deviation ** 2);
      return {
        weight,
        mean: level.mean + mean,
        deviation: production === undefined ? alone : Math.hypot(level.deviation, deviation),
      };
    },
  );
  const quantiles = (of: readonly NormalPart[]) =>
    predictedShares.map((share) => logistic(mixtureQuantile(of, share)));
  return { candidate: quantiles(parts), stable: quantiles([{ weight: 1, ...level }]) };
}

interface Level {
  /** Of the logarithm of the odds. */
  readonly mean: number;
  readonly deviation: number;
}

/** Half an event and half a good answer are added: what was never seen is rare, and not impossible. */
function logitOf(bad: number, units: number): Level {
  const [events, good] = [bad + 0.5, Math.max(0, units - bad) + 0.5];
  return { mean: Math.log(events / good), deviation: Math.sqrt(1 / events + 1 / good) };
}

interface Margins {
  readonly candidate: Level;
  readonly stable: Level;
  /** Of the two estimates: what is bad for both arms. */
  readonly covariance: number;
}

function marginsOf({ both, candidateOnly, stableOnly, neither }: PairTable): Margins {
  const pairs = both + candidateOnly + stableOnly + neither;
  const [candidate, stable] = [logitOf(both + candidateOnly, pairs), logitOf(both + stableOnly, pairs)];
  const [own, others] = [logistic(candidate.mean), logistic(stable.mean)];
  const joint = both / Math.max(pairs, 1) - own * others;
  const correlation = joint / Math.sqrt(own * (1 - own) * others * (1 - others));
  const bounded = Math.min(0.95, Math.max(0, correlation));
  return { candidate, stable, covariance: bounded * candidate.deviation * stable.deviation };
}

/** How far the candidate's odds lie from stable's, and how surely: production's rate tells of stable's in staging too. */
function shiftOf({ candidate, stable, covariance }: Margins, production: Level | undefined) {
  const known = production ?? unknownBase;
  const prior = Math.hypot(known.deviation, production === undefined ? 0 : betweenEnvironments);
  const [apart, spread] = [known.mean - stable.mean, prior ** 2 + stable.deviation ** 2];
  const isAnother = Math.abs(apart) > another * Math.sqrt(spread);
  const gain = (isAnother ? 0 : 1) / spread;
  const of = stable.deviation ** 2;
  const [own, others] = [candidate.mean + covariance * gain * apart, stable.mean + of * gain * apart];
  const variance = candidate.deviation ** 2 + of - 2 * covariance - gain * (covariance - of) ** 2;
  const deviation = Math.sqrt(Math.max(1e-9, of - gain * of ** 2));
  return { shift: own - others, variance: Math.max(variance, 1e-6), stable: { mean: others, deviation } };
}

/**
 * What the shift may be, once the pairs have shown one of this size with this variance.
 *
 * @param table where the pairs are all that is known: beside production's level the variance says as much
 */
function posterior(shift: number, variance: number, table: PairTable | undefined): NormalPart[] {
  const parts = shifts.map(({ weight, deviation }) => {
    const total = variance + deviation ** 2;
    return {
      weight:
        weight *
        (table === undefined
          ? Math.exp((-shift * shift) / (2 * total)) / Math.sqrt(total)
          : likelihood(deviation, table)),
      mean: (shift * deviation ** 2) / total,
      deviation: Math.sqrt((variance * deviation ** 2) / total),
    };
  });
  const sum = parts.reduce((total, { weight }) => total + weight, 0);
  return parts.map((part) => ({ ...part, weight: sum > 0 ? part.weight / sum : 1 / parts.length }));
}

const steps = 40;

/**
 * How likely the pairs are in which one arm alone is bad, if the shift is normal with this deviation: each of them is the
 * candidate's with probability logistic(shift). Exact, where a normal approximation takes "20 against none" for chance.
 */
function likelihood(deviation: number, { candidateOnly, stableOnly }: PairTable): number {
  // Beside that of no shift, so that no number is too small.
  const none = (candidateOnly + stableOnly) * Math.log(2);
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const z = (8 * i) / steps - 4;
    const own = logistic(z * deviation);
    sum += Math.exp(none + candidateOnly * Math.log(own) + stableOnly * Math.log1p(-own) - (z * z) / 2);
  }
  return sum;
}
