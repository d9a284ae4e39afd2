import type { Interval } from '../numbers/bounded-mean.ts';
import { proportionsOf, type Estimate, type LabelledCounts } from './calibration.ts';
import { share, sumInterval, wilsonInterval } from './proportion.ts';

/**
 * How much a judge sees of a difference between two shares of good answers: of 10 points it passes so many times 10 points
 * fewer. Sensitivity + specificity - 1, with a two-sided 95 % interval; 0 for one that passes bad answers as often as good
 * ones.
 */
export function sightOf(labels: LabelledCounts): Estimate {
  const known = Object.values(proportionsOf(labels));
  const terms = known.map((each) => ({
    ...{ factor: 1, estimate: share(each), interval: wilsonInterval(each) },
  }));
  const { lower, upper } = sumInterval(terms);
  const estimate = terms.reduce((sum, term) => sum + term.estimate, -1);
  const within = (sight: number): number => Math.min(1, Math.max(0, sight));
  return { estimate: within(estimate), lower: within(lower - 1), upper: within(upper - 1) };
}

/**
 * The difference of good answers behind one that a judge has seen, between -1 and 1. With the doubt about the judge in its
 * interval; anything where it may see nothing.
 */
export function correctedDifference(seen: Estimate, sight: Estimate): Estimate {
  const estimate = sight.estimate > 0 ? seen.estimate / sight.estimate : 0;
  if (!(sight.lower > 0)) return { estimate: bounded(estimate), lower: -1, upper: 1 };
  const ends = [sight.lower, sight.upper].flatMap((by) => [seen.lower / by, seen.upper / by]);
  return {
    estimate: bounded(estimate),
    lower: bounded(Math.min(...ends)),
    upper: bounded(Math.max(...ends)),
  };
}

/** The least margin that is surely kept where a judge has seen one of this size kept: for what is to be shown no worse. */
export function marginSeen(margin: number, { lower }: Pick<Interval, 'lower'>): number {
  return margin * lower;
}

function bounded(difference: number): number {
  return Math.min(1, Math.max(-1, difference));
}
