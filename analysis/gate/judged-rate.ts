import { proportionsOf, type Estimate, type LabelledCounts } from '../judges/calibration.ts';
import { correctedRate } from '../judges/corrected-rate.ts';
import { share, sumInterval, wilsonInterval, type Proportion, type Term } from '../judges/proportion.ts';
import { sightOf } from '../judges/sight.ts';
import { meanBounds, type Interval, type Unit } from '../numbers/bounded-mean.ts';

/** Cases or groups of them, apart by whether a judge has a part in what they score. */
export interface JudgedUnits {
  readonly judged: readonly Unit[];
  readonly exact: readonly Unit[];
}

/**
 * The pass rate of a suite of which an imperfect judge has said a part: that part is the rate behind what it passed, with
 * the doubt about the judge in its interval; what assertions say by themselves stays as it is.
 *
 * @param z of one bound, of what is exact; what is corrected has 95 % between its bounds
 */
export function judgedPassRate(
  { judged, exact }: JudgedUnits,
  labels: LabelledCounts,
  z: number,
): Interval & { readonly estimate: number } {
  const [ofJudged, ofExact] = [membersOf(judged), membersOf(exact)];
  const all = ofJudged + ofExact;
  const rate = (of: readonly Unit[]): number =>
    of.reduce((sum, unit) => sum + unit.sum, 0) / Math.max(1, membersOf(of));
  // As many as share no fate: the answers of one group are one.
  const passed = { hits: rate(judged) * judged.length, of: judged.length };
  const { estimate, lower, upper } = judgedRate(passed, labels);
  const terms: Term[] = [{ factor: ofJudged / all, estimate, interval: { lower, upper } }];
  if (ofExact > 0) {
    const interval = meanBounds(exact, { least: 0, most: 1 }, z);
    terms.push({ factor: ofExact / all, estimate: rate(exact), interval });
  }
  return {
    estimate: terms.reduce((sum, term) => sum + term.factor * term.estimate, 0),
    ...sumInterval(terms),
  };
}

/**
 * The rate behind what a judge passed. Where it passed more than of good answers by the labels, or fewer than of bad ones,
 * it sees these cases better than those: then only its other fault is left to doubt.
 */
function judgedRate(passed: Proportion, labels: LabelledCounts): Estimate {
  const found = correctedRate({ passed, labels });
  const { sensitivity, specificity } = proportionsOf(labels);
  const falsePasses = { hits: specificity.of - specificity.hits, of: specificity.of };
  const seen = wilsonInterval(passed);
  if (found.estimate === 1 && share(passed) > share(sensitivity)) {
    const most = wilsonInterval(falsePasses).upper;
    const lower = Math.max(0, (seen.lower - most) / (1 - most));
    return { ...found, lower: Math.max(found.lower, lower), upper: 1 };
  }
  if (found.estimate === 0 && share(passed) < share(falsePasses)) {
    const upper = Math.min(1, seen.upper / wilsonInterval(sensitivity).lower);
    return { ...found, lower: 0, upper: Math.min(found.upper, upper) };
  }
  return found;
}

/**
 * What a margin comes to where a judge sees less of a difference than there is: only within that the candidate is surely no
 * worse. Of a suite that a judge has but a part in, no more can be hidden than that part.
 *
 * @param part of the cases that it has a part in, 0..1
 */
export function marginShown(margin: number, labels: LabelledCounts, part: number): number {
  const { lower } = sightOf(labels);
  return Math.max(margin * lower, margin - part * (1 - lower));
}

function membersOf(units: readonly Unit[]): number {
  return units.reduce((sum, { size }) => sum + size, 0);
}
