import type { GateReason } from '../../analysis/gate/gate-decision.ts';
import { gateIdOf, type Rounds } from './rounds.ts';
import type { EvalPlan, WorkResult } from './work.ts';

/** Of the answers that a judge was asked twice about, it may say another thing of so many. */
const mostDisagreement = 0.1;
/** Of fewer one cannot say it. */
const leastTwice = 10;

/** A judge that disagrees with itself. */
export interface UnstableJudge {
  readonly judge: string;
  /** Answers that it was asked twice about. */
  readonly twice: number;
  readonly disagreed: number;
}

/** Judges whose verdicts are no ground for a decision, by what they said when they were asked again. */
export function unstableJudges(results: readonly WorkResult[]): UnstableJudge[] {
  const asked = results
    .flatMap(({ details }) => details.judged ?? [])
    .filter(({ again }) => again !== undefined);
  return [...Map.groupBy(asked, ({ judge }) => judge)].flatMap(([judge, said]) => {
    const [twice, disagreed] = [said.length, said.filter(({ again }) => again === false).length];
    return twice >= leastTwice && disagreed / twice > mostDisagreement ? [{ judge, twice, disagreed }] : [];
  });
}

/** Cases that such judges have judged. */
function casesOf(plan: EvalPlan, unstable: readonly UnstableJudge[]): string[] {
  const names = new Set(unstable.map(({ judge }) => judge));
  return plan.cases.filter(({ judges = [] }) => judges.some((each) => names.has(each))).map(({ id }) => id);
}

/** What a gate may still block by: the cases that no such judge has judged. */
export function withoutUnstable(plan: EvalPlan, rounds: Rounds, unstable: readonly UnstableJudge[]): Rounds {
  const targets = Array.from({ length: plan.targets }, (_, target) => target);
  const gone = new Set(casesOf(plan, unstable).flatMap((id) => targets.map((at) => gateIdOf(id, at))));
  const left = (input: Rounds['suite']) => ({
    ...input,
    cases: input.cases.filter(({ id }) => !gone.has(id)),
  });
  return {
    ...rounds,
    suite: left(rounds.suite),
    ...(rounds.fallbacks === undefined ? {} : { fallbacks: left(rounds.fallbacks) }),
  };
}

export function unstableReasons(plan: EvalPlan, unstable: readonly UnstableJudge[]): GateReason[] {
  return unstable.map((each) => ({
    code: 'judge_unstable',
    message: `The judge ${each.judge} said another thing of ${each.disagreed} of ${each.twice} answers when it was asked again.`,
    caseIds: casesOf(plan, [each]),
  }));
}
