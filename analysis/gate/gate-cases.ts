import type { LabelledCounts } from '../judges/calibration.ts';
import type { CriticalPolicy } from './critical-cases.ts';
import { plannedRepeats } from './gate-looks.ts';

/** What a suite's case has scored so far. */
export interface GateCase {
  readonly id: string;
  readonly critical: boolean;
  /** Scores of the candidate's repeats, in order: 0..1, where 1 is a pass. Repeats that ended in an error have none. */
  readonly candidate: readonly number[];
  /** Scores of stable's repeats; empty while there is none yet, absent where the case is not compared with stable. */
  readonly stable?: readonly number[];
  /** Repeats of the candidate that ended in an error, in addition to its scores; each counts as a failure. */
  readonly errors: number;
  /** Cases of one group (one conversation, one document) share their fate and count as one unit. */
  readonly group?: string;
  /** A judge has a part in its scores. */
  readonly judged?: true;
  /**
   * Repeats of each arm of which nothing is known: nobody was asked, or the answer could not be judged. They are among
   * neither scores nor errors, and while there are any no rate is decided (invariant 26).
   */
  readonly unknown?: { readonly candidate: number; readonly stable: number };
}

export interface GateInput {
  readonly cases: readonly GateCase[];
  /** 0..1. */
  readonly minPassRate: number;
  /** How much worse than stable is good enough, as a difference of mean scores; > 0. */
  readonly margin: number;
  readonly criticalPolicy: CriticalPolicy;
  /** What labels say of the judge that has a part in some cases, of several that which sees least; absent without one. */
  readonly labels?: LabelledCounts | undefined;
  /** Looks that have been taken with these scores, 0 before the first: they stand at 1, 3 and 5 repeats. */
  readonly looksTaken: number;
  /** Repeats of a case at which the looks end; critical cases go on to their own cap. */
  readonly maxRepeats: number;
}

/**
 * K: the repeats that count at the look that was taken last; 0 before the first.
 *
 * @throws RangeError on a look that there is not.
 */
export function repeatsTaken({ looksTaken, maxRepeats }: GateInput): number {
  if (looksTaken === 0) return 0;
  const repeats = plannedRepeats(maxRepeats)[looksTaken - 1];
  if (repeats === undefined) throw new RangeError(`There is no look ${looksTaken} at ${maxRepeats} repeats.`);
  return repeats;
}

/** The candidate's repeats with errors as failures, which stand first, where they count for sure. */
export function candidateScores({ candidate, errors }: GateCase): number[] {
  return [...Array.from({ length: errors }, () => 0), ...candidate];
}

/**
 * Cases that have not run as often as the look asks, or of which something is not known. Stable may have lost repeats to
 * errors, which only makes it look better, but not all of them.
 */
export function casesWithoutScores(
  cases: readonly GateCase[],
  repeats: number,
): Record<'candidate' | 'stable', string[]> {
  const asked = Math.max(1, repeats);
  return {
    candidate: cases
      .filter((each) => candidateScores(each).length < asked || (each.unknown?.candidate ?? 0) > 0)
      .map(({ id }) => id),
    stable: cases
      .filter(({ stable, unknown }) => stable?.length === 0 || (unknown?.stable ?? 0) > 0)
      .map(({ id }) => id),
  };
}

/** @throws RangeError on a score outside 0..1 or an impossible number of errors. */
export function requireScores(cases: readonly GateCase[]): void {
  for (const { id, candidate, stable = [], errors } of cases) {
    const valid = [...candidate, ...stable].every((score) => score >= 0 && score <= 1);
    if (!valid) throw new RangeError(`Case ${id} has a score outside 0..1.`);
    if (!(Number.isInteger(errors) && errors >= 0)) throw new RangeError(`Case ${id} has ${errors} errors.`);
  }
}
