import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** A single bound at this z holds with 95 %. */
export const oneSided95 = normalQuantile(0.95, 0, 1);
/** Both bounds at this z hold together with 95 %. */
export const twoSided95 = normalQuantile(0.975, 0, 1);

export interface Interval {
  lower: number;
  upper: number;
}

/**
 * Wilson's score interval for a rate; unlike rate +- z s.e. it says something honest at 0 and 1.
 *
 * @param rate observed mean of outcomes in 0..1.
 * @param n number of independent outcomes, or cases / design effect; > 0, need not be whole.
 * @param z `oneSided95` where one bound decides, `twoSided95` for an interval to show.
 * @throws RangeError on a rate outside 0..1 or n not positive.
 */
export function wilsonInterval(rate: number, n: number, z: number): Interval {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`rate must be in 0..1, not ${rate}.`);
  if (!(n > 0)) throw new RangeError(`n must be above 0, not ${n}.`);
  const square = (z * z) / n;
  const centre = rate + square / 2;
  const spread = z * Math.sqrt((rate * (1 - rate)) / n + square / (4 * n));
  // At the ends the bounds are exact; rounding must not block a suite that passes whole.
  return {
    lower: rate === 0 ? 0 : (centre - spread) / (1 + square),
    upper: rate === 1 ? 1 : (centre + spread) / (1 + square),
  };
}

/** The least number of cases that can show a pass rate, if all of them pass; Infinity for a rate of 1. */
export function casesToShow(rate: number, z: number): number {
  return rate === 1 ? Infinity : Math.max(1, Math.ceil((z * z * rate) / (1 - rate)));
}
