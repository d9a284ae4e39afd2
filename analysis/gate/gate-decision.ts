import {
  type CriticalCaseJudgement,
  type CriticalJudgement,
  criticalRepeatCap,
  judgeCriticalCases,
  passesToClear,
} from './critical-cases.ts';
import {
  candidateScores,
  casesWithoutScores,
  type GateCase,
  type GateInput,
  repeatsTaken,
  requireScores,
} from './gate-cases.ts';
import { plannedRepeats } from './gate-looks.ts';
import {
  type AbsoluteJudgement,
  compareWithStable,
  judgePassRate,
  type RelativeJudgement,
} from './gate-rates.ts';
import { type GateReason, gateReasons } from './gate-reasons.ts';

export type { GateCase, GateInput } from './gate-cases.ts';
export type { GateReason } from './gate-reasons.ts';

export interface CriticalGateJudgement extends CriticalJudgement {
  readonly cases: (CriticalCaseJudgement & { readonly id: string })[];
}

export interface GateDecision {
  readonly outcome: 'pass' | 'block' | 'inconclusive';
  /** Why it is no pass; empty for a pass. */
  readonly reasons: GateReason[];
  readonly absolute: AbsoluteJudgement;
  /** Absent where no case is compared with stable. */
  readonly relative?: RelativeJudgement;
  readonly critical: CriticalGateJudgement;
}

export interface RepeatBatch {
  readonly caseIds: string[];
  /** Run each of the cases on these arms; `stable` concerns the cases that are compared with stable. */
  readonly arms: ('candidate' | 'stable')[];
  /** This many more repeats of each. */
  readonly repeats: number;
  /** `looksTaken` of the input once the batch has run. */
  readonly looksTaken: number;
}

/**
 * Decides an evaluation gate (DESIGN section 8): the pass rate against `minPassRate`, the candidate against stable, and
 * the critical cases, which no pass rate outvotes. One part that blocks is a block; a pass needs all parts. No cases,
 * and cases that did not run, are never a pass.
 *
 * @throws RangeError on scores outside 0..1 and on a look that there is not.
 */
export function decideGate(input: GateInput): GateDecision {
  requireScores(input.cases);
  const repeats = repeatsTaken(input);
  const missing = casesWithoutScores(input.cases, repeats);
  const candidateRan = missing.candidate.length === 0;
  const absolute = judgePassRate(input, repeats, candidateRan);
  const relative = compareWithStable(input, repeats, candidateRan && missing.stable.length === 0);
  const critical = judgeCritical(input);
  const outcomes = [
    absolute.outcome,
    critical.outcome,
    ...(relative === undefined ? [] : [relative.outcome]),
  ];
  return {
    outcome: combine(outcomes),
    reasons: gateReasons(input, { absolute, relative, critical, missing }),
    absolute,
    ...(relative === undefined ? {} : { relative }),
    critical,
  };
}

/**
 * What to run before the gate is decided again; `none` where it is decided, or where no repeat can decide it.
 *
 * Repeats for the rates go to every case and both arms: repeats of the cases that failed would raise the pass rate of a
 * flaky suite, those of the candidate's failures its difference from stable by 4.6 points (STATISTICS section 8). Only
 * critical cases are repeated by what they showed; the rates never see those repeats.
 */
export function nextRepeats(input: GateInput): RepeatBatch | 'none' {
  if (input.cases.length === 0) return 'none';
  if (input.looksTaken === 0) return nextLook(input);
  const decision = decideGate(input);
  if (decision.outcome !== 'inconclusive' || isHopeless(input, decision)) return 'none';
  const ratesOpen =
    decision.absolute.outcome === 'inconclusive' || decision.relative?.outcome === 'inconclusive';
  return ratesOpen ? nextLook(input) : nextCriticalRepeats(input, decision.critical);
}

function judgeCritical({ cases, criticalPolicy }: GateInput): CriticalGateJudgement {
  const critical = cases.filter((gateCase) => gateCase.critical);
  const passes = critical.map((gateCase) => candidateScores(gateCase).map((score) => score === 1));
  const judgement = judgeCriticalCases(passes, criticalPolicy);
  const named = critical.flatMap(({ id }, i) => {
    const judged = judgement.cases[i];
    return judged === undefined ? [] : [{ id, ...judged }];
  });
  return { ...judgement, cases: named };
}

function combine(outcomes: readonly GateDecision['outcome'][]): GateDecision['outcome'] {
  if (outcomes.includes('block')) return 'block';
  return outcomes.every((outcome) => outcome === 'pass') ? 'pass' : 'inconclusive';
}

function isHopeless(input: GateInput, { critical }: GateDecision): boolean {
  const missing = casesWithoutScores(input.cases, repeatsTaken(input));
  const exhausted = critical.cases.some(({ state }) => state === 'exhausted');
  return exhausted || missing.candidate.length + missing.stable.length > 0;
}

function nextLook(input: GateInput): RepeatBatch | 'none' {
  const planned = plannedRepeats(input.maxRepeats)[input.looksTaken];
  if (planned === undefined) return 'none';
  return {
    caseIds: input.cases.map(({ id }) => id),
    arms: armsOf(input.cases),
    repeats: planned - repeatsTaken(input),
    looksTaken: input.looksTaken + 1,
  };
}

/** On both arms: what stable meets at the same time tells the candidate's errors from the provider's. */
function nextCriticalRepeats({ cases, looksTaken }: GateInput, critical: CriticalGateJudgement): RepeatBatch {
  const open = critical.cases.filter(({ state }) => state === 'open');
  const needed = open.map(({ e, repeats }) => Math.min(passesToClear(e), criticalRepeatCap - repeats));
  return {
    caseIds: open.map(({ id }) => id),
    arms: armsOf(cases),
    repeats: Math.min(...needed),
    looksTaken,
  };
}

function armsOf(cases: readonly GateCase[]): RepeatBatch['arms'] {
  return cases.some(({ stable }) => stable !== undefined) ? ['candidate', 'stable'] : ['candidate'];
}
