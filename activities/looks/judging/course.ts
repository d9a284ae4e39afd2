import { durationMs } from '../../../domain/duration.ts';
import { audienceStage } from '../../../domain/release/audience.ts';
import { judgedWeight, type Plan, type PlanStep } from '../../../domain/release/plan.ts';
import { stageOfStep } from '../../../domain/policy/approvals.ts';
import { guardMsOf } from '../../../domain/release/guarded-plan.ts';
import type { Course, Step } from '../../../domain/release/course.ts';
import { gateStages } from '../../../domain/release/gate-stages.ts';

/** Half and half shows a difference soonest: what an alarm at 100 % is decided by. */
const compareWeight = 50;
/** A comparison that clears an alarm needs this much of either arm, whatever the last step asked for. */
const compareExposures = 50;
/** The stage that an alarm at 100 % leads to. */
export const compareStage = 'compare';
/** The stage after a bake, which has all subjects. */
export const fullStage = 'full';
const longestFullMs = 30_000;

/** A plan as the workflow walks it: steps with the weights that are really written, all times in milliseconds. */
export function courseOf(plan: Plan): Course {
  const steps = plan.steps.map((step) => courseStep(plan, step));
  const last = steps.at(-1);
  if (last === undefined) throw new RangeError('A plan has at least one step.');
  const guardMs = guardMsOf(plan);
  return {
    gates: gateStages,
    steps: [
      ...audienceSteps(plan),
      ...steps,
      ...(last.weight === 100 || guardMs > 0 ? [] : [fullStep(plan, last)]),
    ],
    compare: {
      ...last,
      stage: compareStage,
      weight: compareWeight,
      minExposures: Math.max(last.minExposures, compareExposures),
    },
    maxHoldMs: durationMs(plan.maxHold),
    onInconclusive: plan.onInconclusive,
    maxPauseMs: durationMs(plan.maxPause),
    maxBlindMs: durationMs(plan.maxBlind),
    leaseMs: durationMs(plan.lease),
    ...(guardMs === 0 ? {} : { guardMs }),
  };
}

/** The step before the shares: the split's own weight is 0, and the audience in its counting has a share. */
function audienceSteps({ audience }: Plan): Step[] {
  if (audience === undefined) return [];
  const { weight: share, hold, minExposures } = audience;
  return [{ stage: audienceStage, weight: 0, share, holdMs: durationMs(hold), minExposures, bake: false }];
}

function courseStep(plan: Plan, step: PlanStep): Step {
  return {
    stage: stageOfStep(step),
    weight: judgedWeight(plan, step),
    holdMs: durationMs(step.hold),
    minExposures: step.minExposures,
    bake: step.weight === 100,
  };
}

/** After the bake, the holdback goes over as well: a short time, for nothing can be compared with stable any more. */
function fullStep(plan: Plan, bake: Step): Step {
  const holdMs = durationMs(plan.settle) + Math.min(longestFullMs, Math.ceil(bake.holdMs / 4));
  return { ...bake, stage: fullStage, weight: 100, holdMs, bake: false };
}
