import { flipsText, goesByPlace, mostFlips, type NamedPlaces } from './places.ts';
import { proportionsOf, type LabelledCounts } from './calibration.ts';
import { share, sumInterval, wilsonInterval, type Term } from './proportion.ts';
import { correctedDifference, sightOf } from './sight.ts';
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
 * judged answers of each arm, does not cover 0. Its base rate is that of the labels. One that is shown to go by places where
 * one answer is good and the other bad reads neither.
 */
export function admissionOf(labels: LabelledCounts & NamedPlaces): JudgeAdmission {
  const { sensitivity, specificity } = proportionsOf(labels);
  const lacking = lackOfLabels({ good: sensitivity.of, bad: specificity.of });
  if (lacking !== undefined) return { kind: 'refused', why: lacking };
  if (goesByPlace(labels)) return { kind: 'refused', why: byPlace(labels) };
  const drop = dropSeen(labels);
  const says = `a drop of 10 points looks to it like ${points(drop.lower)} to ${points(drop.upper)} points`;
  return drop.upper < 0 ? { kind: 'admitted', drop } : { kind: 'refused', why: says };
}

function byPlace(places: NamedPlaces): string {
  return (
    `of a good and a bad answer it named the same place in both orders in ${flipsText(places)}; ` +
    `over ${(100 * mostFlips).toFixed(0)} % it goes by the place`
  );
}

/** Why so many labelled answers admit no judge, whatever it says of them; undefined where they are enough. */
export function lackOfLabels({
  good,
  bad,
}: {
  readonly good: number;
  readonly bad: number;
}): string | undefined {
  if (good + bad < leastLabels) return `${good + bad} labelled answers are fewer than ${leastLabels}`;
  if (Math.min(good, bad) >= leastOfEach) return undefined;
  return `of each label there must be ${leastOfEach}: ${good} are good, ${bad} bad`;
}

/** The interval of a drop of 10 points as it would be seen and corrected; without a bound where the judge sees nothing. */
function dropSeen(labels: LabelledCounts): Interval {
  const { sensitivity, specificity } = proportionsOf(labels);
  const base = Math.max(knownDrop, sensitivity.of / (sensitivity.of + specificity.of));
  const seen = (rate: number): Term => {
    const passes = rate * share(sensitivity) + (1 - rate) * (1 - share(specificity));
    const hits = passes * judgedOfEach;
    return termOf(1, { hits, of: judgedOfEach });
  };
  const [low, high] = [seen(base - knownDrop), seen(base)];
  const difference = sumInterval([low, { ...high, factor: -1 }]);
  return correctedDifference({ estimate: low.estimate - high.estimate, ...difference }, sightOf(labels));
}

function termOf(factor: number, proportion: { readonly hits: number; readonly of: number }): Term {
  return { factor, estimate: share(proportion), interval: wilsonInterval(proportion) };
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}
