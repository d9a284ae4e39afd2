import { judgeCriticalCases, type CriticalPolicy } from '../../analysis/gate/critical-cases.ts';
import { isBindingStatus } from '../../domain/revision/target-probe.ts';

/** What came of a question. `unasked`: its provider, or the way to it, gave no answer, which is nobody's failure. */
export const watchedVerdicts = ['passed', 'failed', 'not-judged', 'unasked'] as const;
export type WatchedVerdict = (typeof watchedVerdicts)[number];

/** A critical case that is asked of one target of stable's chain. */
export interface WatchedItem {
  readonly caseId: string;
  /** Index in the chain. */
  readonly target: number;
  /** Counts from 0. */
  readonly repeat: number;
}

export interface WatchedAnswer extends WatchedItem {
  readonly verdict: WatchedVerdict;
  /** Of a call without an answer: never a vendor's words. */
  readonly code?: string;
  /** HTTP status by which the provider refused the call. */
  readonly status?: number;
}

export interface WatchedPlan {
  readonly caseIds: readonly string[];
  /** Length of the chain. */
  readonly targets: number;
  readonly policy: CriticalPolicy;
}

export type TargetState =
  | { readonly kind: 'good' }
  /** So many cases have failed so often that stable is not what it was; `dead`: nothing was answered at all. */
  | { readonly kind: 'broken'; readonly failing: string[]; readonly dead?: string }
  /** What is missing is neither a pass nor a failure (invariant 26). */
  | { readonly kind: 'unclear'; readonly why: string }
  | { readonly kind: 'open'; readonly ask: WatchedItem[] };

/**
 * What is known of a target. Each case is asked once; as long as all pass there is nothing to find. One that fails is asked
 * again until its evidence clears it or the mean of all cases' evidence says that stable is broken: the rule of critical
 * cases (DESIGN section 8), by which a single failure says little, and `never` makes it enough.
 */
export function targetState(
  plan: WatchedPlan,
  target: number,
  answers: readonly WatchedAnswer[],
): TargetState {
  const here = Map.groupBy(
    answers.filter((each) => each.target === target),
    ({ caseId }) => caseId,
  );
  const first = plan.caseIds.filter((caseId) => !here.has(caseId));
  if (first.length > 0) return { kind: 'open', ask: first.map((caseId) => ({ caseId, target, repeat: 0 })) };
  const all = [...here.values()].flat();
  const dead = deadBecause(all);
  const cases = plan.caseIds.map((caseId) => ({ caseId, known: knownOf(here.get(caseId)) }));
  const judged = judgeCriticalCases(
    cases.map(({ known }) => known),
    plan.policy,
  );
  const failing = cases.filter(({ known }) => known.includes(false)).map(({ caseId }) => caseId);
  if (dead !== undefined) return { kind: 'broken', failing, dead };
  if (judged.outcome === 'block') return { kind: 'broken', failing };
  const unknown = unknownBecause(all);
  if (unknown !== undefined) return { kind: 'unclear', why: unknown };
  const open = failing.filter((caseId) => judged.cases[plan.caseIds.indexOf(caseId)]?.state !== 'cleared');
  if (open.length === 0) return { kind: 'good' };
  const ask = open.flatMap((caseId) => {
    const state = judged.cases[plan.caseIds.indexOf(caseId)];
    return state?.state === 'open' ? [{ caseId, target, repeat: here.get(caseId)?.length ?? 0 }] : [];
  });
  if (ask.length > 0) return { kind: 'open', ask };
  return { kind: 'unclear', why: `${open.join(', ')} passes now and then: nothing can be told of it` };
}

function knownOf(answers: readonly WatchedAnswer[] = []): boolean[] {
  return answers
    .filter(({ verdict }) => verdict === 'passed' || verdict === 'failed')
    .toSorted((a, b) => a.repeat - b.repeat)
    .map(({ verdict }) => verdict === 'passed');
}

/** One refusal may be a slip of the provider's. */
const leastRefusals = 2;

/** The provider refused every call for the model, the key or the place, which no case has anything to do with. */
function deadBecause(answers: readonly WatchedAnswer[]): string | undefined {
  const isRefused = answers.every(({ verdict, status }) => verdict === 'failed' && isBindingStatus(status));
  const [first] = answers;
  if (!isRefused || first === undefined || answers.length < leastRefusals) return undefined;
  return refusalOf(first);
}

function refusalOf({ status, code = 'no answer' }: WatchedAnswer): string {
  return status === undefined || code.includes(String(status)) ? code : `${status} ${code}`;
}

function unknownBecause(answers: readonly WatchedAnswer[]): string | undefined {
  const unasked = answers.filter(({ verdict }) => verdict === 'unasked');
  const unjudged = answers.filter(({ verdict }) => verdict === 'not-judged');
  if (unasked.length > 0) {
    const code = unasked[0]?.code ?? 'unreachable';
    return `${unasked.length} of ${answers.length} questions got no answer (${code})`;
  }
  return unjudged.length > 0
    ? `${unjudged.length} of ${answers.length} answers could not be judged`
    : undefined;
}

/** What is to be asked next, over all targets. */
export function nextQuestions(plan: WatchedPlan, answers: readonly WatchedAnswer[]): WatchedItem[] {
  return Array.from({ length: plan.targets }, (_, target) => targetState(plan, target, answers)).flatMap(
    (state) => (state.kind === 'open' ? state.ask : []),
  );
}
