import type { KnownMean } from './score-prediction.ts';
import { mixtureQuantile, type NormalPart } from './normal.ts';

/** A number of both arms' answers to the same request. */
export interface PairedNumber {
  readonly candidate: number;
  readonly stable: number;
  /** Pairs of one subject count as one. */
  readonly group?: string | undefined;
}

/** Differences are of the values themselves, which have ends, or of their logarithms. */
export type PairScale = 'difference' | 'ratio';

/** How candidates of before were to stable, on either scale: most like it, some a little apart, a few by anything. */
const shifts: Readonly<Record<PairScale, readonly NormalPart[]>> = {
  difference: parts(0.005, 0.05, 0.2),
  ratio: parts(0.02, 0.2, 0.8),
};
/** Staging's stable and production's need not be the same: so far apart, as a rule. */
const betweenEnvironments: Readonly<Record<PairScale, number>> = { difference: 0.05, ratio: 0.3 };
const shares = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
/** Fewer units say nothing. */
const leastUnits = 10;

function parts(...deviations: readonly [number, number, number]): NormalPart[] {
  return [0.55, 0.25, 0.2].map((weight, i) => ({ weight, mean: 0, deviation: deviations[i] ?? 0 }));
}

/**
 * What means a canary will show, from pairs of answers to the same requests and from what stable has shown in production:
 * as for rates (predict-rate.ts), the pairs say how far apart the arms are, production says from which level.
 *
 * @param production what stable has shown there; undefined where nobody has counted
 * @returns quantiles of either arm's mean, 5 % to 95 %; undefined where the pairs are too few, or have no mean
 */
export function predictMeans(
  pairs: readonly PairedNumber[],
  scale: PairScale,
  production: KnownMean | undefined,
): { readonly candidate: number[]; readonly stable: number[] } | undefined {
  const seen = shiftOf(pairs, scale);
  if (seen === undefined) return undefined;
  const level = levelOf(seen, scale, production);
  const own = posterior(seen.shift, seen.variance, scale).map(({ weight, mean, deviation }) => ({
    weight,
    mean: level.mean + mean,
    deviation: Math.hypot(level.deviation, deviation),
  }));
  const quantiles = (of: readonly NormalPart[]) =>
    shares.map((share) => valueAt(mixtureQuantile(of, share), scale));
  return { candidate: quantiles(own), stable: quantiles([{ weight: 1, ...level }]) };
}

interface Seen {
  /** Of the candidate's mean from stable's, on the scale. */
  readonly shift: number;
  readonly variance: number;
  /** Of stable, in staging. */
  readonly stable: KnownMean;
}

function shiftOf(pairs: readonly PairedNumber[], scale: PairScale): Seen | undefined {
  const units = [...Map.groupBy(pairs, (pair) => pair.group ?? pair).values()].map((members) => ({
    candidate: meanOf(members.map((pair) => pair.candidate)),
    stable: meanOf(members.map((pair) => pair.stable)),
  }));
  if (units.length < leastUnits) return undefined;
  const candidate = meanOf(units.map((unit) => unit.candidate));
  const stable = meanOf(units.map((unit) => unit.stable));
  if (scale === 'ratio' && !(candidate > 0 && stable > 0)) return undefined;
  const isRatio = scale === 'ratio';
  const apart = units.map((unit) =>
    isRatio ? unit.candidate / candidate - unit.stable / stable : unit.candidate - unit.stable,
  );
  return {
    shift: isRatio ? Math.log(candidate / stable) : candidate - stable,
    // One more unit half as far apart as the range allows: what never differed may yet.
    variance: varianceOf(apart) / units.length + (isRatio ? 0 : 0.25 / (units.length + 1) ** 2),
    stable: {
      mean: stable,
      standardError: Math.sqrt(varianceOf(units.map((unit) => unit.stable)) / units.length),
    },
  };
}

/** Stable's mean on the scale: by production, else by staging, which may be another. */
function levelOf({ stable }: Seen, scale: PairScale, production: KnownMean | undefined) {
  const { mean, standardError } = production ?? stable;
  const apart = production === undefined ? betweenEnvironments[scale] : 0;
  if (scale === 'difference') return { mean, deviation: Math.max(1e-9, Math.hypot(standardError, apart)) };
  const relative = mean > 0 ? standardError / mean : 1;
  return { mean: Math.log(Math.max(mean, 1e-12)), deviation: Math.max(1e-9, Math.hypot(relative, apart)) };
}

function posterior(shift: number, variance: number, scale: PairScale): NormalPart[] {
  const seen = Math.max(variance, 1e-9);
  const found = shifts[scale].map(({ weight, deviation }) => {
    const total = seen + deviation ** 2;
    return {
      weight: (weight * Math.exp((-shift * shift) / (2 * total))) / Math.sqrt(total),
      mean: (shift * deviation ** 2) / total,
      deviation: Math.sqrt((seen * deviation ** 2) / total),
    };
  });
  const sum = found.reduce((total, { weight }) => total + weight, 0);
  if (sum > 0) return found.map((part) => ({ ...part, weight: part.weight / sum }));
  return [{ weight: 1, mean: shift, deviation: Math.sqrt(seen) }];
}

/** Scores end at 0 and 1; what is a ratio of means is above 0. */
function valueAt(place: number, scale: PairScale): number {
  return scale === 'ratio' ? Math.exp(place) : Math.min(1, Math.max(0, place));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
}
