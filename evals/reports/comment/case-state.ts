import type { CaseReport } from '../../report.ts';

/** What became of a case, the worst first: how the reports are ordered. `steady` cases pass as they did before. */
export const caseStates = [
  'newly failing',
  'failing',
  'still failing',
  'flaky',
  'not measured',
  'repaired',
  'steady',
] as const;
export type CaseState = (typeof caseStates)[number];

/**
 * Of a case that was asked of both arms: `newly failing` where no answer of the candidate's passed and one of stable's did,
 * `still failing` where none of either did, `flaky` where some of the candidate's passed and some did not, `repaired`
 * where all passed and not all of stable's did. `failing` has nothing to compare with: no stable, or a fallback of the
 * chain, which is asked of the candidate alone. What could not be judged is `not measured`, and nobody's failure
 * (invariant 26).
 */
export function stateOf(each: CaseReport): CaseState {
  const { runs, passed, stable, fallbacks, unknown } = each;
  if (unknown > 0 && !hasFailed(each)) return 'not measured';
  if (runs === 0 && fallbacks.length === 0) return 'not measured';
  if (passed > 0 && passed < runs) return 'flaky';
  if (passed < runs) {
    if (stable === undefined || stable.runs === 0) return 'failing';
    return stable.passed > 0 ? 'newly failing' : 'still failing';
  }
  const further = fallbacks.filter((each) => each.passed < each.runs);
  if (further.length > 0) return further.every((each) => each.passed > 0) ? 'flaky' : 'failing';
  return stable !== undefined && stable.passed < stable.runs ? 'repaired' : 'steady';
}

/** Answers of the candidate's that did not pass, on any target of its chain; those that could not be judged are among them. */
export function notPassed({ runs, passed, fallbacks }: CaseReport): number {
  return fallbacks.reduce((sum, each) => sum + each.runs - each.passed, runs - passed);
}

/** Is there an answer of the candidate's of which it is known that it did not pass? */
export function hasFailed(each: CaseReport): boolean {
  return notPassed(each) > each.unknown;
}

/** Is the candidate worse in it than stable, by what was counted? */
export function isWorse({ runs, passed, stable }: CaseReport): boolean {
  if (runs === 0 || stable === undefined || stable.runs === 0) return false;
  return passed / runs < stable.passed / stable.runs;
}
