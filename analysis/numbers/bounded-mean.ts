/** A unit of a sample: a case, or a group of cases that share their fate. */
export interface Unit {
  /** Sum of the values of the unit's members, each between the sample's bounds. */
  readonly sum: number;
  /** How many members it has; > 0. */
  readonly size: number;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** The least and the largest value that a member can have. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * Half a unit of doubt: what a sample mean of whole units cannot resolve. With it no cell of the simulation (bench/analysis,
 * `small-suites.ts`) passes more often than it may; without it some do by a tenth.
 */
const continuity = 0.5;
const halvings = 60;

/**
 * Bounds for the mean of a bounded quantity over all that the units are a sample of: Tango's score interval (1998) for the
 * difference of paired rates, and Wilson's for a rate, carried over to repeats and groups. Each bound is the mean that
 * the sample would refute at z.
 *
 * What makes it honest for small samples: the spread is that of the likeliest population with the mean that is
 * refuted, which may hold a share of the worst possible value, seen or not. So a sample without a failure says what
 * its size says, and not that nothing can fail.
 *
 * @param z of one bound; see `lookZ`.
 * @throws RangeError on a unit of no member or a sum outside its bounds.
 */
export function meanBounds(units: readonly Unit[], bounds: Bounds, z: number): Interval {
  const { least, most } = bounds;
  return {
    lower: lowerBound(units, bounds, z),
    upper: -lowerBound(mirrored(units), { least: -most, most: -least }, z),
  };
}

/**
 * How far the sample's mean lies above `mean`, in standard errors of the likeliest population that has that mean; 0 where
 * it does not.
 */
export function scoreAbove(units: readonly Unit[], mean: number, least: number): number {
  const average = units.reduce((sum, { size }) => sum + size, 0) / units.length;
  const largest = units.reduce((max, { size }) => Math.max(max, size), 0);
  const excesses = tally(units.map(({ sum, size }) => (sum - mean * size) / average));
  return scoreOf(excesses, ((least - mean) * largest) / average);
}

/**
 * The same of values that are counted: how far their mean lies above 0.
 *
 * @param worst < 0, no value is below it.
 */
export function scoreOf(sample: readonly Tallied[], worst: number): number {
  const units = sample.reduce((sum, { count }) => sum + count, 0);
  const found = sample.reduce((sum, { value, count }) => sum + value * count, 0) / units;
  const surely = found - continuity / units;
  if (!(surely > 0)) return 0;
  return surely / Math.sqrt(likeliestVariance(sample, worst, units) / units);
}

function lowerBound(units: readonly Unit[], { least, most }: Bounds, z: number): number {
  requireUnits(units, { least, most });
  if (units.length === 0) return least;
  const size = units.reduce((total, unit) => total + unit.size, 0);
  let refuted = least;
  let kept = units.reduce((total, { sum }) => total + sum, 0) / size;
  for (let i = 0; i < halvings && kept > refuted; i++) {
    const middle = (refuted + kept) / 2;
    if (scoreAbove(units, middle, least) >= z) refuted = middle;
    else kept = middle;
  }
  return refuted;
}

/** A value, and how many have it. */
export interface Tallied {
  readonly value: number;
  readonly count: number;
}

/**
 * Variance of the population of mean 0 under which the sample is likeliest, among all that hold values seen and `worst`
 * (empirical likelihood: Owen 2001). Its weights are 1 / (n (1 + tilt value)); what they leave of 1 lies at `worst`.
 *
 * @param worst < 0, no value is below it.
 */
function likeliestVariance(sample: readonly Tallied[], worst: number, n: number): number {
  const tilt = tiltOf(sample, worst);
  let [share, variance] = [0, 0];
  for (const { value, count } of sample) {
    const weight = count / (n * (1 + tilt * value));
    share += weight;
    variance += weight * value * value;
  }
  return variance + Math.max(0, 1 - share) * worst * worst;
}

/** The tilt that gives the sample the mean 0, or the largest that leaves every weight positive. */
function tiltOf(sample: readonly Tallied[], worst: number): number {
  const meanAt = (tilt: number) =>
    sample.reduce((sum, { value, count }) => sum + (count * value) / (1 + tilt * value), 0);
  let [low, high] = [0, -1 / worst];
  // Short of the end, where the weight of a value at `worst` has no bound.
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}

/** Equal values once each: suites have few different ones. */
function tally(values: readonly number[]): Tallied[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count }));
}

function mirrored(units: readonly Unit[]): Unit[] {
  return units.map(({ sum, size }) => ({ sum: -sum, size }));
}

function requireUnits(units: readonly Unit[], { least, most }: Bounds): void {
  const slack = 1e-9;
  const wrong = units.find(
    ({ sum, size }) => !(size > 0 && sum >= least * size - slack && sum <= most * size + slack),
  );
  if (wrong !== undefined) {
    throw new RangeError(`A unit of ${wrong.size} members cannot have the sum ${wrong.sum}.`);
  }
}
