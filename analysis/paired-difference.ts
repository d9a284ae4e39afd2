/** Three looks at this z together raise a false alarm as often as one look at z = 1.645 (Pocock's boundary). */
const pocockZ = 1.992;

export interface ComparedCase {
  /** Scores of the repeats, at least one; higher is better. */
  candidate: readonly number[];
  stable: readonly number[];
  /** Cases of one group count as one unit. */
  group?: string | undefined;
}

export interface PairedDifference {
  /** Mean over the units of candidate - stable. */
  estimate: number;
  /** Null below two units, where nothing is known of the spread. */
  standardError: number | null;
  lower: number;
  upper: number;
  /** Cases, or groups of cases. */
  units: number;
}

export type RelativeOutcome = 'pass' | 'block' | 'inconclusive';

/**
 * Compares the arms case by case: the difference of the two arms' means in each case (or group) and bounds for its mean
 * over the cases (DESIGN section 8). A case's own difficulty cancels out.
 *
 * @throws RangeError on a case without scores of both arms.
 */
export function pairedDifference(cases: readonly ComparedCase[], z: number = pocockZ): PairedDifference {
  const differences = unitDifferences(cases);
  const units = differences.length;
  if (units === 0) return { estimate: 0, standardError: null, lower: -Infinity, upper: Infinity, units };
  const estimate = mean(differences);
  if (units === 1) return { estimate, standardError: null, lower: -Infinity, upper: Infinity, units };
  const squares = differences.reduce((sum, difference) => sum + (difference - estimate) ** 2, 0);
  const standardError = Math.sqrt(squares / (units - 1) / units);
  return {
    estimate,
    standardError,
    lower: estimate - z * standardError,
    upper: estimate + z * standardError,
    units,
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
