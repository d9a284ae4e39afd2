import { type Interval, meanBounds, type Unit } from '../numbers/bounded-mean.ts';
import { candidateScores, type GateCase, type GateInput } from './gate-cases.ts';
import { judgedPassRate, marginShown } from './judged-rate.ts';
import { lookZ } from './gate-looks.ts';
import { pairedDifference, type PairedDifference, relativeOutcome } from './paired-difference.ts';

export interface AbsoluteJudgement extends Interval {
  readonly outcome: 'pass' | 'block' | 'inconclusive';
  /** Mean over the cases of the mean score, corrected where a judge has a part in it; null where nothing ran. */
  readonly rate: number | null;
  /** What the judge has passed, where that is corrected. */
  readonly asJudged?: number;
  /** Cases, or groups of cases. */
  readonly units: number;
}

export interface RelativeJudgement extends PairedDifference {
  readonly outcome: 'pass' | 'block' | 'inconclusive';
  /** Where a judge sees less of a difference than there is: the margin within which no worse is shown. */
  readonly marginShown?: number;
}

/**
 * The pass rate against `minPassRate` by score bounds that hold for small suites, repeats and groups (section 8).
 *
 * @param repeats K: only the first K repeats of a case count, so that a critical case's further ones bias nothing.
 * @param complete false: some case lacks scores, so nothing is decided.
 */
export function judgePassRate(input: GateInput, repeats: number, complete: boolean): AbsoluteJudgement {
  const means = input.cases
    .map(({ judged = false, ...gateCase }) => ({
      ...{ scores: candidateScores(gateCase).slice(0, repeats), group: gateCase.group, judged },
    }))
    .filter(({ scores }) => scores.length > 0)
    .map(({ scores, ...of }) => ({ mean: mean(scores), ...of }));
  if (means.length === 0) return { outcome: 'inconclusive', rate: null, lower: 0, upper: 1, units: 0 };
  const units = unitsOf(means);
  const found = ratesOf(means, input) ?? {
    ...{ rate: mean(means.map((each) => each.mean)) },
    ...meanBounds(units, { least: 0, most: 1 }, lookZ(input.maxRepeats)),
  };
  const outcome = complete ? absoluteOutcome(found, input.minPassRate) : 'inconclusive';
  return { outcome, ...found, units: units.length };
}

type CaseMean = { readonly mean: number; readonly group: string | undefined; readonly judged: boolean };

/** Corrected where a judge has a part in them. */
function ratesOf(means: readonly CaseMean[], { labels, maxRepeats }: GateInput) {
  const judged = means.filter((each) => each.judged);
  if (labels === undefined || judged.length === 0) return undefined;
  const exact = means.filter((each) => !each.judged);
  const units = { judged: unitsOf(judged), exact: unitsOf(exact) };
  const { estimate, lower, upper } = judgedPassRate(units, labels, lookZ(maxRepeats));
  return { rate: estimate, lower, upper, asJudged: mean(means.map((each) => each.mean)) };
}

/** Cases of one group are one unit as large as they are many: the rate is over the cases, its doubt over the groups. */
function unitsOf(means: readonly Pick<CaseMean, 'mean' | 'group'>[]): Unit[] {
  const units = new Map<string | symbol, Unit>();
  for (const { mean: sum, group } of means) {
    const name = group ?? Symbol('a case of its own');
    const unit = units.get(name) ?? { sum: 0, size: 0 };
    units.set(name, { sum: unit.sum + sum, size: unit.size + 1 });
  }
  return [...units.values()];
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
    lookZ(input.maxRepeats),
  );
  const shown = marginShownBy(input);
  const outcome = complete ? outcomeWithin(difference, input.margin, shown) : 'inconclusive';
  return { ...difference, outcome, ...(shown === undefined ? {} : { marginShown: shown }) };
}

/** Worse is told by what was seen, which errs on the safe side; no worse is shown within what a judge leaves of the margin. */
function outcomeWithin(difference: PairedDifference, margin: number, shown: number | undefined) {
  const outcome = relativeOutcome(difference, margin);
  if (outcome !== 'pass' || shown === undefined) return outcome;
  return relativeOutcome(difference, shown) === 'pass' ? 'pass' : 'inconclusive';
}

function marginShownBy({ cases, labels, margin }: GateInput): number | undefined {
  const compared = cases.filter(({ stable }) => stable !== undefined);
  const judged = compared.filter((gateCase) => gateCase.judged === true);
  if (labels === undefined || judged.length === 0) return undefined;
  return marginShown(margin, labels, judged.length / compared.length);
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
