import { createPicker, normal, type Random } from './random.ts';

/** A subject with a rate of its own and an activity as uneven as that of real users. */
export interface Subject {
  readonly rate: number;
  readonly activity: number;
}

export interface StickyWorld {
  readonly subjects: number;
  /** Mean over subjects. */
  readonly rate: number;
  /** How alike a subject's answers are, 0..1. */
  readonly icc: number;
  /** The candidate's share of the subjects, 0..1. */
  readonly weight: number;
}

/** Subjects of either arm, to be picked by their activity. */
export function createStickySubjects(random: Random, { subjects, rate, icc, weight }: StickyWorld) {
  const all = Array.from({ length: subjects }, () => ({
    rate: ownRate(random, rate, icc),
    activity: Math.exp(1.2 * normal(random)),
  }));
  const candidates = all.slice(0, Math.max(1, Math.round(weight * subjects)));
  const others = all.slice(candidates.length);
  const activity = (of: readonly Subject[]): number => of.reduce((sum, each) => sum + each.activity, 0);
  return {
    pick: {
      candidate: createPicker(candidates, (each) => each.activity),
      stable: createPicker(others, (each) => each.activity),
    },
    /** The candidate's share of the requests. */
    requestsShare: activity(candidates) / activity(all),
  };
}

/** A beta variate: subjects' rates vary so that their answers correlate by the ICC. */
function ownRate(random: Random, rate: number, icc: number): number {
  if (icc === 0) return rate;
  const spread = 1 / icc - 1;
  const [a, b] = [gamma(random, rate * spread), gamma(random, (1 - rate) * spread)];
  return a / (a + b);
}

/** A gamma variate of a small or large shape (Marsaglia and Tsang 2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(random.uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}
