import { flipsText, type NamedPlaces } from '../../analysis/judges/places.ts';
import type { NamedPlace } from '../judges/judging.ts';
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

/** What a judge did with the pairs that it was asked about. */
export interface PairingJudge extends NamedPlaces {
  readonly judge: string;
  /** Of the flips, in how many it named the first place. */
  readonly first: number;
}

/** Judges that were asked about pairs, and how often each named the same place in both orders. */
export function pairingJudges(results: readonly WorkResult[]): PairingJudge[] {
  const asked = results
    .flatMap(({ details }) => details.judged ?? [])
    .filter(({ place }) => place !== undefined);
  return [...Map.groupBy(asked, ({ judge }) => judge)].map(([judge, said]) => {
    const named = (place: NamedPlace): number => said.filter((each) => each.place === place).length;
    const [first, second] = [named('first'), named('second')];
    return { judge, pairs: said.length, flips: first + second, first };
  });
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
function casesOf(plan: EvalPlan, unstable: readonly Pick<UnstableJudge, 'judge'>[]): string[] {
  const names = new Set(unstable.map(({ judge }) => judge));
  return plan.cases.filter(({ judges = [] }) => judges.some((each) => names.has(each))).map(({ id }) => id);
}

/** What a gate may still block by: the cases that no such judge has judged. */
export function withoutUnstable(
  plan: EvalPlan,
  rounds: Rounds,
  unstable: readonly Pick<UnstableJudge, 'judge'>[],
): Rounds {
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

export function byPlaceReasons(plan: EvalPlan, byPlace: readonly PairingJudge[]): GateReason[] {
  return byPlace.map((each) => ({
    code: 'judge_by_place',
    message: `The judge ${each.judge} goes by the place and not by the answer: it named the same one in both orders in ${placesText(each)}. Such pairs are ties, and say nothing.`,
    caseIds: casesOf(plan, [each]),
  }));
}

/** `12 of 60 pairs (20 %, 12 to 32 %), the first 9 times` */
export function placesText(each: PairingJudge): string {
  return `${flipsText(each)}, the first ${each.first} times`;
}
