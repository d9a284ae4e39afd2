import { absoluteBoundEvidence } from '../../analysis/absolute-bound.ts';
import { averageEvidence } from '../../analysis/average-evidence.ts';
import { judgeStep, type StepJudgement } from '../../analysis/judge-step.ts';
import { totalHoldMs, type Plan } from '../../domain/plan.ts';
import type { GuardrailStatus } from '../contract.ts';
import { compareStage } from '../course.ts';
import { countedBefore, guardrails, horizons, type Increments } from './increments.ts';

/** What all looks of a release together say. */
export interface LookJudgement {
  /** The candidate is worse than stable by more than the plan allows. */
  fail: boolean;
  /** Every guardrail is shown to be no worse; true as well where the plan does not ask for it. */
  confident: boolean;
  /** Where there is no stable traffic to compare with, and in the comparison that an alarm leads to. */
  absolute: 'within' | 'alarm' | 'emergency';
  guardrails: GuardrailStatus[];
}

/** Judges all looks of a release so far: the evidence goes on across steps and weights. */
export function judgeLooks(
  looks: readonly Increments[],
  plan: Plan,
  present: { splitVersion: number; weight: number; stage: string },
): LookJudgement {
  const judgement = judgeStep({
    guardrails: guardrails.map((name) => guardrailLooks(looks, plan, name)),
    alpha: plan.alpha,
    totalHoldMs: totalHoldMs(plan),
  });
  const isBounded = present.weight === 100 || present.stage === compareStage;
  const absolute = isBounded ? judgeAbsolute(looks, plan, present.splitVersion) : undefined;
  return {
    fail: judgement.fail,
    confident: judgement.guardrails.every(({ noWorse }) => noWorse?.rejected !== false),
    absolute: absolute?.outcome ?? 'within',
    guardrails: [...statusesOf(judgement), ...(absolute?.statuses ?? [])],
  };
}

function guardrailLooks(looks: readonly Increments[], plan: Plan, name: (typeof guardrails)[number]) {
  const { ratio, floor, tolerance } = plan.guardrails[name];
  return {
    name,
    share: 1 / guardrails.length,
    ratio,
    floor,
    ...(plan.confidence ? { tolerance } : {}),
    short: looks.flatMap((look) => look[name].short),
    long: looks.flatMap((look) => look[name].long),
  };
}

function statusesOf({ guardrails: judged, logThreshold }: StepJudgement): GuardrailStatus[] {
  return judged.map(({ name, logE, raw }) => ({
    name,
    evidence: logE,
    threshold: logThreshold,
    candidateRate: raw.candidateRate,
    stableRate: raw.stableRate,
  }));
}

/**
 * Errors of the version that has everybody, against the plan's two bounds. Both horizons are averaged, as in the fail
 * test: a candidate that hangs for longer than the short one is bad in the long one only.
 */
function judgeAbsolute(looks: readonly Increments[], plan: Plan, splitVersion: number) {
  const counted = horizons.map((horizon) => {
    const counts = countedBefore(looks, 'errors', horizon, splitVersion);
    return { exposed: counts.candidateExposed, bad: counts.candidateBad };
  });
  const rates = counted.flatMap(({ exposed, bad }) => (exposed === 0 ? [] : [bad / exposed]));
  const threshold = Math.log(1 / plan.alpha);
  const evidence = (bound: number) =>
    averageEvidence(counted.map((counts) => absoluteBoundEvidence({ ...counts, bound }).logE));
  const status = (name: string, bound: number): GuardrailStatus => ({
    name,
    evidence: evidence(bound),
    threshold,
    candidateRate: rates.length === 0 ? null : Math.max(...rates),
    stableRate: null,
  });
  const { errorRate, emergencyRate } = plan.absolute;
  const isEmergency = evidence(emergencyRate) >= threshold;
  const isAlarm = evidence(errorRate) >= threshold;
  return {
    outcome: isEmergency ? ('emergency' as const) : isAlarm ? ('alarm' as const) : ('within' as const),
    statuses: [status('absolute errors', errorRate), status('emergency', emergencyRate)],
  };
}
