import type { Estimate, LabelledCounts } from './calibration.ts';
import { proportionsOf } from './calibration.ts';
import { share, z95, type Proportion } from './proportion.ts';

const halvings = 40;
const mostSteps = 500;
const nearEnough = 1e-10;

/** A rate as a judge sees it, and the labelled answers by which it is known how well that sees. */
export interface JudgedRate {
  readonly passed: Proportion;
  readonly labels: LabelledCounts;
}

/**
 * The rate of good answers behind what an imperfect judge passes: Rogan and Gladen's estimate (1978), with an interval
 * that has the doubt about the judge in it. The interval holds each rate p that the score test does not refute: is
 * q - p x sensitivity - (1 - p)(1 - specificity) 0, with the variance of the likeliest judge for whom it is? (Fieller's
 * way, so that it is honest where a judge hardly sees.) Two-sided 95 %; covers 93 to 97 % where sensitivity and
 * specificity are .7 to .95, which delta intervals do not (bench/analysis, `judge-coverage.ts`).
 *
 * A judge that passes bad answers as often as good ones says nothing: 0 to 1.
 */
export function correctedRate({ passed, labels }: JudgedRate): Estimate {
  const { sensitivity, specificity } = proportionsOf(labels);
  const falsePasses = { hits: specificity.of - specificity.hits, of: specificity.of };
  const seen = { passed, truePasses: sensitivity, falsePasses };
  const sight = share(sensitivity) - share(falsePasses);
  if (!(sight > 0)) return { estimate: 0.5, lower: 0, upper: 1 };
  const raw = (share(passed) - share(falsePasses)) / sight;
  const estimate = Math.min(1, Math.max(0, raw));
  // Labels that do not fit what is judged say nothing of it.
  if (!isPossible(estimate, seen)) return { estimate, lower: 0, upper: 1 };
  return { estimate, lower: bound(seen, estimate, 0), upper: bound(seen, estimate, 1) };
}

interface Seen {
  readonly passed: Proportion;
  readonly truePasses: Proportion;
  readonly falsePasses: Proportion;
}

/** The rate farthest from the estimate, towards an end, that is possible. */
function bound(seen: Seen, estimate: number, end: 0 | 1): number {
  if (isPossible(end, seen)) return end;
  let [inside, outside] = [estimate, end as number];
  for (let i = 0; i < halvings; i += 1) {
    const middle = (inside + outside) / 2;
    if (isPossible(middle, seen)) inside = middle;
    else outside = middle;
  }
  return inside;
}

function isPossible(p: number, seen: Seen): boolean {
  const { passed, truePasses, falsePasses } = seen;
  const [good, bad] = likeliestJudge(p, seen);
  const q = p * good + (1 - p) * bad;
  const variance =
    (q * (1 - q)) / passed.of +
    (p ** 2 * good * (1 - good)) / truePasses.of +
    ((1 - p) ** 2 * bad * (1 - bad)) / falsePasses.of;
  const found = share(passed) - p * share(truePasses) - (1 - p) * share(falsePasses);
  return found ** 2 <= z95 ** 2 * variance;
}

/**
 * The judge (its passes of good and of bad answers) that makes all counts likeliest where the rate is p: by expectation
 * and maximisation, since of what it passed nobody knows which were good (Dempster, Laird and Rubin, 1977).
 */
function likeliestJudge(p: number, { passed, truePasses, falsePasses }: Seen): [number, number] {
  const failed = passed.of - passed.hits;
  let good = (truePasses.hits + 0.5) / (truePasses.of + 1);
  let bad = (falsePasses.hits + 0.5) / (falsePasses.of + 1);
  for (let i = 0; i < mostSteps; i += 1) {
    const q = p * good + (1 - p) * bad;
    const goodPassed = q > 0 ? (passed.hits * p * good) / q : 0;
    const goodFailed = q < 1 ? (failed * p * (1 - good)) / (1 - q) : 0;
    const nextGood = (truePasses.hits + goodPassed) / (truePasses.of + goodPassed + goodFailed);
    const badPassed = passed.hits - goodPassed;
    const nextBad = (falsePasses.hits + badPassed) / (falsePasses.of + badPassed + failed - goodFailed);
    const moved = Math.abs(nextGood - good) + Math.abs(nextBad - bad);
    [good, bad] = [nextGood, nextBad];
    if (moved < nearEnough) break;
  }
  return [good, bad];
}
