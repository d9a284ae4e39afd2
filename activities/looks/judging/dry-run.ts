import { z } from 'zod';
import { messageOf, SluiceError } from '../../../domain/errors.ts';
import { faultSentence, faultsOf } from '../../../domain/faults-of.ts';
import { judgedGuardrails, judgedMeans } from '../../../domain/guardrail/registry.ts';
import { currentRules } from '../../../domain/guardrail/rules.ts';
import { mustBeShown, planSchema, type Plan } from '../../../domain/release/plan.ts';
import type { Course, Step } from '../../../domain/release/course.ts';
import { courseOf } from './course.ts';
import type { Increments } from './increments.ts';
import { judgeLooks, type LookJudgement } from './judge-looks.ts';
import { lookVerdict } from './look-verdict.ts';

/**
 * Refuses a plan for a new release that is not within its bounds or that the judge cannot judge, before anything is
 * served by it. Throws `invalid_request`, naming the field.
 */
export function requireJudgeable(plan: Plan, name: string): void {
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) throw refused(name, sentenceOf(parsed.error));
  requireJudged(parsed.data, name);
}

/**
 * Runs the judge dry on a plan: every step with looks of nothing, of good answers alone, of bad answers alone. It must come
 * to a verdict each time, must pass no step on nothing and every step on a million good answers, and must take back a
 * candidate that fails always beside a stable that never does. For plans of before as well, whose bounds were others. Throws `invalid_request`.
 */
export function requireJudged(plan: Plan, name: string): void {
  const course = judgedOr(name, () => courseOf(plan));
  for (const step of [...course.steps, course.compare])
    judgedOr(name, () => {
      judgeStepDry(plan, course, step);
    });
}

function judgeStepDry(plan: Plan, course: Course, step: Step): void {
  // A comparison has no mass of its own: what the steps before it were given is what it judges with.
  const before = course.steps
    .slice(0, course.steps.includes(step) ? course.steps.indexOf(step) : undefined)
    .map(({ stage, holdMs }) => ({ stage, ...lookOf(plan, nothing, holdMs) }));
  const verdictOf = (counts: Counts) => {
    const looks = [...before, { stage: step.stage, ...lookOf(plan, counts, step.holdMs) }];
    const judgement = judgeLooks(looks, { plan, rules: currentRules }, { ...step, splitVersion: 1 });
    requireFinite(judgement, step);
    const [candidate, , stable] = counts;
    const exposures = { candidate, stable };
    const timing = { ...step, heldMs: step.holdMs, deadlineMs: Math.max(step.holdMs, course.maxHoldMs) };
    return lookVerdict({ judgement, exposures, ...quiet }, { ...timing, promote: false }).verdict;
  };
  for (const counts of [bothBad, stableBad]) verdictOf(counts);
  if (verdictOf(nothing) === 'pass') throw new RangeError(`${step.stage} would pass on nothing`);
  if (verdictOf(allGood) !== 'pass') {
    const raise = mustBeShown(plan) ? ': with `confidence`, raise the `floor` of its guardrails' : '';
    throw new RangeError(`${step.stage} would not pass on a million good answers of either arm${raise}`);
  }
  if (step.weight < 100 && verdictOf(candidateBad) !== 'fail') {
    throw new RangeError(`${step.stage} would keep a candidate that never answers`);
  }
}

/** Exposed and bad, of the candidate and of stable. */
type Counts = readonly [number, number, number, number];

const many = 1_000_000;
const nothing: Counts = [0, 0, 0, 0];
const allGood: Counts = [many, 0, many, 0];
const bothBad: Counts = [many, many, many, many];
const stableBad: Counts = [many, 0, many, many];
const candidateBad: Counts = [many, many, many, 0];

/** Nothing is wrong with the gateways that count. */
const quiet = { gaps: [], lastingGaps: [], lost: { lost: 0, admitted: 0 }, stale: false };

function lookOf(plan: Plan, counts: Counts, elapsedMs: number): Increments {
  const [candidateExposed, candidateBadCount, stableExposed, stableBadCount] = counts;
  const row = {
    splitVersion: 1,
    ...{ candidateExposed, candidateBad: candidateBadCount, stableExposed, stableBad: stableBadCount },
    elapsedMs,
  };
  const counters = judgedGuardrails(plan).flatMap((guardrail) => [
    ...guardrail.counters,
    ...guardrail.segments.flatMap((segment) => segment.counters),
  ]);
  return {
    elapsedMs,
    dryRuns: {},
    means: meansOf(plan, candidateExposed),
    counters: Object.fromEntries(counters.map(({ name }) => [name, { short: [row], long: [row] }])),
  };
}

/** Means that are equal, and shown to be no worse, as soon as anything was observed: bad events are what is tried here. */
function meansOf(plan: Plan, observed: number): NonNullable<Increments['means']> {
  const mean = { count: observed, mean: observed === 0 ? null : 1, standardError: observed === 0 ? null : 0 };
  const result = {
    ...{ evidence: 0, noWorse: observed === 0 ? 0 : many },
    ...{ candidate: mean, stable: mean, observed: observed > 0 },
  };
  return Object.fromEntries(judgedMeans(plan).map(({ name }) => [name, result]));
}

function requireFinite({ guardrails }: LookJudgement, { stage }: Step): void {
  const wrong = guardrails.find(
    ({ evidence, threshold }) => !Number.isFinite(evidence) || !Number.isFinite(threshold),
  );
  if (wrong !== undefined) throw new RangeError(`${stage} has no evidence of ${wrong.name}`);
}

function judgedOr<T>(name: string, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    throw refused(name, error instanceof z.ZodError ? sentenceOf(error) : messageOf(error));
  }
}

function sentenceOf(error: z.ZodError): string {
  return faultsOf(error).map(faultSentence).join('; ');
}

function refused(name: string, why: string): SluiceError {
  return new SluiceError('invalid_request', `The plan "${name}" cannot be judged: ${why}.`, {
    remedy: 'Change that field; the bounds of each stand in docs/reference/sluice-yaml.md.',
  });
}
