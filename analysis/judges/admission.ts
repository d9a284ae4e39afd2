import { proportionsOf, type LabelledCounts } from './calibration.ts';
import { share, sumInterval, wilsonInterval, type Term } from './proportion.ts';
import type { Interval } from '../numbers/bounded-mean.ts';

/** Labelled answers that it takes at the least, and of each label. */
const leastLabels = 50;
const leastOfEach = 10;

/** The drop that a judge has to see, as a share of answers, when it has judged so many of each arm. */
const knownDrop = 0.1;
const judgedOfEach = 1_000;

/** May a judge decide, and why not? */
export type JudgeAdmission =
  { readonly kind: 'admitted'; readonly drop: Interval } | { readonly kind: 'refused'; readonly why: string };

/**
 * A judge decides where it would see a drop of 10 points: where the corrected interval of the difference, over 1,000
 * judged answers of each arm, does not cover 0. Its base rate is that of the labels.
 */
export function admissionOf(labels: LabelledCounts): JudgeAdmission {
  const { sensitivity, specificity } = proportionsOf(labels);
  const [good, bad] = [sensitivity.of, specificity.of];
  if (good + bad < leastLabels) {
    return { kind: 'refused', why: `${good + bad} labelled answers are fewer than ${leastLabels}` };
  }
  if (Math.min(good, bad) < leastOfEach) {
    return {
      kind: 'refused',
      why: `of each label there must be ${leastOfEach}: ${good} are good, ${bad} bad`,
    };
  }
  const drop = dropSeen(labels);
  const says = `a drop of 10 points looks to it like ${points(drop.lower)} to ${points(drop.upper)} points`;
  return drop.upper < 0 ? { kind: 'admitted', drop } : { kind: 'refused', why: says };
}

/** The interval of a drop of 10 points as it would be seen and corrected; without a bound where the judge sees nothing. */
function dropSeen(labels: LabelledCounts): Interval {
  const { sensitivity, specificity } = proportionsOf(labels);
  const sight = sumInterval([sensitivity, specificity].map((each) => termOf(1, each)));
  const [least, most] = [sight.lower - 1, sight.upper - 1];
  if (!(least > 0)) return { lower: -1, upper: 1 };
  const base = Math.max(knownDrop, sensitivity.of / (sensitivity.of + specificity.of));
  const seen = (rate: number): Term => {
    const passes = rate * share(sensitivity) + (1 - rate) * (1 - share(specificity));
    const hits = passes * judgedOfEach;
    return termOf(1, { hits, of: judgedOfEach });
  };
  const difference = sumInterval([seen(base - knownDrop), { ...seen(base), factor: -1 }]);
  const corrected = [least, most].flatMap((by) => [difference.lower / by, difference.upper / by]);
  return { lower: Math.max(-1, Math.min(...corrected)), upper: Math.min(1, Math.max(...corrected)) };
}

function termOf(factor: number, proportion: { readonly hits: number; readonly of: number }): Term {
  return { factor, estimate: share(proportion), interval: wilsonInterval(proportion) };
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}
