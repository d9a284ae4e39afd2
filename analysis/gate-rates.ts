import { designEffect } from './design-effect.ts';
import { candidateScores } from './gate-cases.ts';
import type { GateCase, GateInput } from './gate-cases.ts';
import { pairedDifference, relativeOutcome } from './paired-difference.ts';
import type { PairedDifference } from './paired-difference.ts';
import { oneSided95, wilsonInterval } from './wilson.ts';
import type { Interval } from './wilson.ts';

export interface AbsoluteJudgement extends Interval {
  outcome: 'pass' | 'block' | 'inconclusive';
  /** Mean over the cases of the mean score; null where nothing ran. */
  rate: number | null;
  /** Cases / design effect. */
  effectiveCases: number;
}

export interface RelativeJudgement extends PairedDifference {
  outcome: 'pass' | 'block' | 'inconclusive';
}

/**
 * The pass rate against `minPassRate` by Wilson bounds at one-sided 95 % with n = cases / design effect (section 8).
 *
 * @param repeats K: only the first K repeats of a case count, so that a critical case's further ones bias nothing.
 * @param complete false: some case lacks scores, so nothing is decided.
 */
export function judgePassRate(input: GateInput, repeats: number, complete: boolean): AbsoluteJudgement {
  const means = input.cases
    .map((gateCase) => ({ scores: candidateScores(gateCase).slice(0, repeats), group: gateCase.group }))
    .filter(({ scores }) => scores.length > 0)
    .map(({ scores, group }) => ({ mean: mean(scores), group }));
  if (means.length === 0)
    return { outcome: 'inconclusive', rate: null, lower: 0, upper: 1, effectiveCases: 0 };
  const rate = mean(means.map((each) => each.mean));
  const effectiveCases = means.length / designEffect(means, repeats);
  const bounds = wilsonInterval(rate, effectiveCases, oneSided95);
  const outcome = complete ? absoluteOutcome(bounds, input.minPassRate) : 'inconclusive';
  return { outcome, rate, ...bounds, effectiveCases };
}

/** The candidate against stable over the cases that are compared; undefined where none is. */
export function compareWithStable(
  input: GateInput,
  repeats: number,
  complete: boolean,
): RelativeJudgement | undefined {
  if (input.cases.every(({ stable }) => stable === undefined)) return undefined;
  const compared = input.cases.map((gateCase) => firstRepeats(gateCase, repeats));
  const difference = pairedDifference(
    compared.filter(({ candidate, stable }) => candidate.length * stable.length > 0),
  );
  const outcome = complete ? relativeOutcome(difference, input.margin) : 'inconclusive';
  return { ...difference, outcome };
}

function firstRepeats(gateCase: GateCase, repeats: number) {
  return {
    candidate: candidateScores(gateCase).slice(0, repeats),
    stable: gateCase.stable?.slice(0, repeats) ?? [],
    group: gateCase.group,
  };
}

function absoluteOutcome({ lower, upper }: Interval, minPassRate: number): AbsoluteJudgement['outcome'] {
  if (lower >= minPassRate) return 'pass';
  return upper < minPassRate ? 'block' : 'inconclusive';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
