import { durationMs } from '../duration.ts';
import { guardMsOf } from '../release/guarded-plan.ts';
import { isByCritical, judgedWeight, type Plan } from '../release/plan.ts';
import { mayActAs } from '../access/roles.ts';
import type { Policy } from './policy.ts';
import type { PolicyQuestion } from './question.ts';
import type { Violation } from './violation.ts';

/** Durations of a plan that a policy bounds on both sides. */
const bounded = ['lease', 'maxBlind', 'settle', 'settleLong'] as const;

/** What a policy has against the way of a candidate onto production's traffic. */
export function rolloutViolations(policy: Policy, question: PolicyQuestion): Violation[] {
  const { plan } = question;
  const { steps: rules } = policy;
  const isHotfix = needsHotfix(policy, question);
  return [
    ...weightViolations(rules, plan),
    ...(isHotfix ? hotfixViolations(policy, question) : holdViolations(rules, plan)),
    ...audienceViolations(rules, plan),
    ...exposureViolations(rules, plan),
    ...bounded.flatMap((field) => boundViolations(field, policy[field], plan[field])),
  ];
}

/** Does a release by the plan called `hotfix` hold for less, or is it judged by less, than others have to? */
export function needsHotfix({ steps, evaluation }: Policy, { plan, hotfix }: PolicyQuestion): boolean {
  if (hotfix === undefined) return false;
  return holdViolations(steps, plan).length > 0 || (evaluation.required && isByCritical(plan));
}

function hotfixViolations({ steps, hotfix }: Policy, question: PolicyQuestion): Violation[] {
  const { plan, requester } = question;
  const { minHold, role } = hotfix;
  const found = holdViolations({ ...steps, minHold, minBake: minHold }, plan);
  if (!mayActAs(requester.role, role)) {
    const demanded = `the role ${role} or above for a hotfix, which holds or is judged for less than others`;
    const remedy = 'Ask somebody with that role, or release by another plan.';
    found.push({ rule: 'hotfix.role', demanded, given: requester.role, remedy });
  }
  if ((question.hotfix?.reason ?? '').trim() === '') {
    const demanded = 'a reason for a hotfix';
    found.push({ rule: 'hotfix.reason', demanded, given: 'none', remedy: 'Say why: --reason "…".' });
  }
  return found;
}

function weightViolations({ maxFirstWeight, minHoldback }: Policy['steps'], plan: Plan): Violation[] {
  const found: Violation[] = [];
  const [first] = plan.steps;
  const weight = first === undefined ? 0 : judgedWeight(plan, first);
  if (weight > maxFirstWeight) {
    const [demanded, given] = [`at most ${maxFirstWeight} %`, `${weight} %`];
    found.push({ rule: 'steps.maxFirstWeight', demanded, given, remedy: 'Begin with a smaller step.' });
  }
  if (plan.holdback < minHoldback) {
    const [demanded, given] = [`at least ${minHoldback} %`, `${plan.holdback} %`];
    found.push({ rule: 'steps.minHoldback', demanded, given, remedy: 'Raise `holdback` of the plan.' });
  }
  return found;
}

/** Nobody can tell from a plan how many are of its audience: it is bounded as if all were, until an admin says otherwise. */
function audienceViolations(
  { maxFirstWeight, maxAudienceWeight = maxFirstWeight }: Policy['steps'],
  { audience }: Plan,
): Violation[] {
  if (audience === undefined || audience.weight <= maxAudienceWeight) return [];
  const demanded = maxAudienceWeight === 0 ? 'no audience' : `at most ${maxAudienceWeight} % of an audience`;
  const remedy = 'Lower `audience.weight`, or have an admin publish a larger `steps.maxAudienceWeight`.';
  return [{ rule: 'steps.maxAudienceWeight', demanded, given: `${audience.weight} %`, remedy }];
}

/** All that holds somebody on the candidate, and where, for people to read. */
function stepsOf({ audience, steps }: Plan) {
  return [
    ...(audience === undefined ? [] : [{ ...audience, at: `${audience.weight} % of its audience` }]),
    ...steps.map((step) => ({ ...step, at: `${step.weight} %` })),
  ];
}

/** The last step's guard is the same share going on: it counts as held. */
function holdViolations({ minHold, minBake, minGuard }: Policy['steps'], plan: Plan): Violation[] {
  const guardMs = guardMsOf(plan);
  const all = stepsOf(plan);
  const held = all.map((step, i) => ({
    ...step,
    heldMs: durationMs(step.hold) + (i === all.length - 1 ? guardMs : 0),
  }));
  const tooShort = held.filter(({ heldMs }) => heldMs < durationMs(minHold));
  const found: Violation[] = [];
  if (tooShort.length > 0) {
    const given = tooShort.map(({ at, hold }) => `${hold} at ${at}`).join(', ');
    found.push({ rule: 'steps.minHold', demanded: `at least ${minHold}`, given, remedy: 'Hold longer.' });
  }
  const last = held.at(-1);
  if (last !== undefined && last.heldMs < durationMs(minBake)) {
    const remedy = 'Hold the last step longer, or its guard.';
    found.push({ rule: 'steps.minBake', demanded: `at least ${minBake}`, given: last.hold, remedy });
  }
  if (guardMs < durationMs(minGuard)) {
    const given = guardMs === 0 ? 'none' : (plan.guard ?? 'none');
    const remedy = 'Raise `guard` of the plan; it needs a `holdback`.';
    found.push({ rule: 'steps.minGuard', demanded: `at least ${minGuard}`, given, remedy });
  }
  return found;
}

function exposureViolations({ minExposures: least }: Policy['steps'], plan: Plan): Violation[] {
  const tooFew = stepsOf(plan).filter(({ minExposures }) => minExposures < least);
  if (tooFew.length === 0) return [];
  const given = tooFew.map(({ at, minExposures }) => `${minExposures} at ${at}`).join(', ');
  const remedy = 'Raise `minExposures` of these steps.';
  return [{ rule: 'steps.minExposures', demanded: `at least ${least}`, given, remedy }];
}

function boundViolations(
  field: (typeof bounded)[number],
  { min, max }: Policy['lease'],
  given: string | undefined,
): Violation[] {
  // A plan of before, which knew no such field: its requests are looked at until all have ended.
  if (given === undefined) return [];
  const ms = durationMs(given);
  if (ms < durationMs(min)) {
    return [{ rule: `${field}.min`, demanded: `at least ${min}`, given, remedy: `Raise \`${field}\`.` }];
  }
  if (ms > durationMs(max)) {
    return [{ rule: `${field}.max`, demanded: `at most ${max}`, given, remedy: `Lower \`${field}\`.` }];
  }
  return [];
}
