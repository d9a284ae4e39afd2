import { type Bounds, type Interval, meanBounds } from '../numbers/bounded-mean.ts';

export interface ComparedCase {
  /** Scores of the repeats, at least one, in 0..1 unless bounds are given; higher is better. */
  readonly candidate: readonly number[];
  readonly stable: readonly number[];
  /** Cases of one group count as one unit. */
  readonly group?: string | undefined;
}

export interface PairedDifference extends Interval {
  /** Mean over the units of candidate - stable. */
  readonly estimate: number;
  /** Cases, or groups of cases. */
  readonly units: number;
}

export type RelativeOutcome = 'pass' | 'block' | 'inconclusive';

/**
 * Compares the arms case by case: the difference of the two arms' means in each case (or group) and bounds for its mean
 * over the cases (DESIGN section 8). A case's own difficulty cancels out; that no case differs does not say that none
 * can (`bounded-mean.ts`).
 *
 * @param z of one bound.
 * @param bounds of a difference, where scores are not in 0..1.
 * @throws RangeError on a case without scores of both arms, or on differences outside their bounds.
 */
export function pairedDifference(
  cases: readonly ComparedCase[],
  z: number,
  bounds: Bounds = { least: -1, most: 1 },
): PairedDifference {
  const differences = unitDifferences(cases);
  const units = differences.map((sum) => ({ sum, size: 1 }));
  return {
    estimate: units.length === 0 ? 0 : mean(differences),
    ...meanBounds(units, bounds, z),
    units: units.length,
  };
}

/**
 * Pass: surely not worse than stable by the margin. Block: surely worse than stable, and by the margin as far as one can
 * tell. Between them: inconclusive.
 *
 * @param margin how much worse is still good enough, in units of the scores; > 0.
 */
export function relativeOutcome(
  { estimate, lower, upper }: PairedDifference,
  margin: number,
): RelativeOutcome {
  if (lower > -margin) return 'pass';
  return upper < 0 && estimate <= -margin ? 'block' : 'inconclusive';
}

function unitDifferences(cases: readonly ComparedCase[]): number[] {
  const units = new Map<string | symbol, number[]>();
  for (const { candidate, stable, group } of cases) {
    const unit = group ?? Symbol('a case of its own');
    units.set(unit, [...(units.get(unit) ?? []), mean(candidate) - mean(stable)]);
  }
  return [...units.values()].map(mean);
}

function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('A mean needs at least one value.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
