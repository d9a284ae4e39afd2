import type { EvalDecision } from '../../gate.ts';
import type { CaseReport, EvalReport } from '../../report.ts';
import { gateIdOf } from '../../run/rounds.ts';
import { hasFailed, isWorse, notPassed } from './case-state.ts';

type Reason = EvalDecision['reasons'][number];

/** Which cases each reason holds against the candidate; reasons that say what is not known hold none. */
const heldBy: Record<Reason['code'], (each: CaseReport, reason: Reason) => boolean> = {
  no_cases: () => false,
  missing_scores: () => false,
  target_failed: (each) => notPassed(each) > 0,
  prompt_failed: () => false,
  judge_unstable: () => false,
  judge_by_place: () => false,
  critical_failed: isNamed,
  critical_undecided: () => false,
  pass_rate_low: ({ runs, passed }) => passed < runs,
  pass_rate_uncertain: () => false,
  worse_than_stable: (each) => isWorse(each),
  difference_uncertain: () => false,
};

/**
 * The cases that the gate holds against the candidate, by their ids: those that a block rests on. A gate that passes
 * holds none, however many cases sometimes fail; nor does one that could not decide.
 */
export function heldAgainst({
  decision,
  cases,
}: Pick<EvalReport, 'decision' | 'cases'>): ReadonlySet<string> {
  if (decision.outcome !== 'block') return new Set();
  const isHeld = (each: CaseReport): boolean =>
    decision.reasons.some((reason) => heldBy[reason.code](each, reason));
  return new Set(cases.filter((each) => hasFailed(each) && isHeld(each)).map(({ id }) => id));
}

function isNamed({ id, fallbacks }: CaseReport, { caseIds }: Reason): boolean {
  return [0, ...fallbacks.map(({ target }) => target)].some((target) =>
    caseIds.includes(gateIdOf(id, target)),
  );
}
