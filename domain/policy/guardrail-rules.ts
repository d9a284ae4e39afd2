import { z } from 'zod';
import { durationMs } from '../duration.ts';
import { optionsIn, sumOfWeights } from '../guardrail/options.ts';
import { scopeIn } from '../guardrail/segments/scope.ts';
import type { Plan } from '../release/plan.ts';
import type { Policy } from './policy.ts';
import type { Violation } from './violation.ts';

/** What may be bounded of a guardrail, whichever it is; one that is off is no object. */
const settingsSchema = z.looseObject({
  ratio: z.number().optional(),
  floor: z.number().optional(),
  slowerThan: z.string().optional(),
  times: z.number().optional(),
  margin: z.number().optional(),
});
type Settings = z.infer<typeof settingsSchema>;
type Bounds = Policy['guardrails']['named'][string];

/** What a policy has against the guardrails of a plan. */
export function guardrailViolations({ guardrails: rules }: Policy, plan: Plan): Violation[] {
  const inPlan = new Map<string, unknown>(Object.entries(plan.guardrails));
  const names = [...new Set([...inPlan.keys(), ...Object.keys(rules.named)])];
  return [
    ...names.flatMap((name) => guardrailViolation(name, inPlan.get(name), rules)),
    ...Object.keys(rules.named).flatMap((name) => silencedViolations(name, plan, rules)),
    ...sensitivityViolations(rules, plan),
  ];
}

function guardrailViolation(name: string, value: unknown, rules: Policy['guardrails']): Violation[] {
  const { maxRatio, maxFloor, named } = rules;
  const rule = `guardrails.${name}`;
  const settings = settingsSchema.safeParse(value);
  if (settings.success) return looseBounds(rule, settings.data, { maxRatio, maxFloor, ...named[name] });
  if (named[name] === undefined) return [];
  return [{ rule, demanded: 'the guardrail', given: 'off', remedy: `Switch the guardrail ${name} on.` }];
}

function looseBounds(
  rule: string,
  { ratio, floor, slowerThan, times, margin }: Settings,
  bounds: Bounds,
): Violation[] {
  const found: Violation[] = [];
  const above = (field: string, most: number | string, given: number | string): void => {
    const remedy = `Lower \`${field}\` of the guardrail.`;
    found.push({ rule: `${rule}.${field}`, demanded: `at most ${most}`, given: String(given), remedy });
  };
  if (ratio !== undefined && ratio > (bounds.maxRatio ?? Infinity))
    above('ratio', bounds.maxRatio ?? '', ratio);
  if (floor !== undefined && floor > (bounds.maxFloor ?? Infinity))
    above('floor', bounds.maxFloor ?? '', floor);
  if (times !== undefined && times > (bounds.maxTimes ?? Infinity))
    above('times', bounds.maxTimes ?? '', times);
  if (margin !== undefined && margin > (bounds.maxMargin ?? Infinity))
    above('margin', bounds.maxMargin ?? '', margin);
  const { maxSlowerThan } = bounds;
  if (slowerThan !== undefined && maxSlowerThan !== undefined) {
    if (durationMs(slowerThan) > durationMs(maxSlowerThan)) above('slowerThan', maxSlowerThan, slowerThan);
  }
  return found;
}

/** Whether a demanded guardrail that is on can say anything. */
function silencedViolations(
  name: string,
  { guardrails: inPlan }: Plan,
  { minShare, maxMinSamples }: Policy['guardrails'],
): Violation[] {
  const settings = inPlan[name];
  if (settings === undefined || settings === 'off') return [];
  const of = `guardrails.${name}`;
  const { weight, minSamples, dryRun, zeroTolerance } = optionsIn(settings);
  const found: Violation[] = [];
  if (dryRun) {
    const remedy = 'Leave `dryRun` out.';
    found.push({ rule: `${of}.dryRun`, demanded: 'that it decides', given: 'a dry run', remedy });
  }
  if (minSamples > maxMinSamples) {
    const [demanded, given] = [`at most ${maxMinSamples}`, String(minSamples)];
    const remedy = 'Lower `minSamples` of the guardrail.';
    found.push({ rule: `${of}.minSamples`, demanded, given, remedy });
  }
  // Half of it is its segments', which may be of nobody.
  const share = (weight / sumOfWeights(inPlan)) * (scopeIn(settings) === undefined ? 1 : 0.5);
  if (!dryRun && !zeroTolerance && share < minShare) {
    const [demanded, given] = [`at least ${minShare} of alpha`, share.toFixed(4)];
    const remedy = 'Raise its `share`, or lower those of the others.';
    found.push({ rule: `${of}.share`, demanded, given, remedy });
  }
  return found;
}

function sensitivityViolations(
  { minAlpha, maxErrorRate }: Policy['guardrails'],
  { alpha, absolute }: Plan,
): Violation[] {
  const found: Violation[] = [];
  if (alpha < minAlpha) {
    const [demanded, given] = [`at least ${minAlpha}`, String(alpha)];
    found.push({ rule: 'guardrails.minAlpha', demanded, given, remedy: 'Raise `alpha` of the plan.' });
  }
  const worst = Math.max(absolute.errorRate, absolute.emergencyRate);
  if (worst > maxErrorRate) {
    const [demanded, given] = [`at most ${maxErrorRate}`, String(worst)];
    found.push({ rule: 'guardrails.maxErrorRate', demanded, given, remedy: 'Lower `absolute` of the plan.' });
  }
  return found;
}
