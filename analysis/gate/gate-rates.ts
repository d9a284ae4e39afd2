import { type Interval, meanBounds, type Unit } from '../numbers/bounded-mean.ts';
import { candidateScores, type GateCase, type GateInput } from './gate-cases.ts';
import { lookZ } from './gate-looks.ts';
import { pairedDifference, type PairedDifference, relativeOutcome } from './paired-difference.ts';

export interface AbsoluteJudgement extends Interval {
  readonly outcome: 'pass' | 'block' | 'inconclusive';
  /** Mean over the cases of the mean score; null where nothing ran. */
  readonly rate: number | null;
  /** Cases, or groups of cases. */
  readonly units: number;
}

export interface RelativeJudgement extends PairedDifference {
  readonly outcome: 'pass' | 'block' | 'inconclusive';
}

/**
 * The pass rate against `minPassRate` by score bounds that hold for small suites, repeats and groups (section 8).
 *
 * @param repeats K: only the first K repeats of a case count, so that a critical case's further ones bias nothing.
 * @param complete false: some case lacks scores, so nothing is decided.
 */
export function judgePassRate(input: GateInput, repeats: number, complete: boolean): AbsoluteJudgement {
  const means = input.cases
    .map((gateCase) => ({ scores: candidateScores(gateCase).slice(0, repeats), group: gateCase.group }))
    .filter(({ scores }) => scores.length > 0)
    .map(({ scores, group }) => ({ mean: mean(scores), group }));
  if (means.length === 0) return { outcome: 'inconclusive', rate: null, lower: 0, upper: 1, units: 0 };
  const units = unitsOf(means);
  const bounds = meanBounds(units, { least: 0, most: 1 }, lookZ(input.maxRepeats));
  const outcome = complete ? absoluteOutcome(bounds, input.minPassRate) : 'inconclusive';
  return { outcome, rate: mean(means.map((each) => each.mean)), ...bounds, units: units.length };
}

/** Cases of one group are one unit as large as they are many: the rate is over the cases, its doubt over the groups. */
function unitsOf(means: readonly { readonly mean: number; readonly group: string | undefined }[]): Unit[] {
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
