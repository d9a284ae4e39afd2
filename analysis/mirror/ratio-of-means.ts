import type { Interval } from '../numbers/bounded-mean.ts';

/** A quantity of both arms' answers to the same request. */
export interface PairedValue {
  /** >= 0. */
  readonly candidate: number;
  readonly stable: number;
  /** Pairs of one group count as one unit. */
  readonly group?: string | undefined;
}

export interface RatioOfMeans extends Interval {
  /** Means over the pairs. */
  readonly candidate: number;
  readonly stable: number;
  /** candidate / stable. */
  readonly ratio: number;
  readonly pairs: number;
}

/**
 * The candidate's mean as a multiple of stable's, with an interval for it: the delta method on its logarithm, with the
 * pairs (or groups of them) as units, so that what is large in both arms cancels out.
 *
 * @param z of one bound: 1.645 for an interval of 90 %
 * @returns undefined below two units, or where stable's mean is 0
 */
export function ratioOfMeans(values: readonly PairedValue[], z: number): RatioOfMeans | undefined {
  const units = [...Map.groupBy(values, (value) => value.group ?? value).values()];
  const [candidate, stable] = [meanOf(values, 'candidate'), meanOf(values, 'stable')];
  if (units.length < 2 || !(stable > 0) || !(candidate > 0)) return undefined;
  const influences = units.map((members) =>
    members.reduce((sum, value) => sum + value.candidate / candidate - value.stable / stable, 0),
  );
  const spread = influences.reduce((sum, each) => sum + each * each, 0);
  const degrees = units.length - 1;
  const error = Math.sqrt((spread * units.length) / degrees) / values.length;
  const width = studentsZ(z, degrees) * error;
  const ratio = candidate / stable;
  return {
    ...{ candidate, stable, ratio, pairs: values.length },
    lower: ratio * Math.exp(-width),
    upper: ratio * Math.exp(width),
  };
}

/** Student's quantile for so many degrees of freedom, from the normal one (Cornish and Fisher, first term). */
function studentsZ(z: number, degrees: number): number {
  return z + (z ** 3 + z) / (4 * degrees);
}

function meanOf(values: readonly PairedValue[], arm: 'candidate' | 'stable'): number {
  return values.reduce((sum, value) => sum + value[arm], 0) / values.length;
}
