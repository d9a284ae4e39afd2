import { durationMs } from '../duration.ts';
import { SluiceError } from '../errors.ts';
import { guardrails } from '../guardrail/registry.ts';
import type { Guardrail } from '../guardrail/guardrail.ts';
import { planSchema, type Plan } from '../release/plan.ts';
import type { JudgingSuite } from './judged-prompts.ts';
import type { Policy } from './policy.ts';
import { violations } from './violations.ts';

/** What has names of its own a policy cannot know. */
const ofEveryPlan = guardrails.filter(({ onlyNamed }) => onlyNamed !== true);

/** The strictest value of each field that a guardrail's settings may have. */
const strictest = { ratio: 1, floor: 0, slowerThan: '1ms', times: 1, margin: 0 } as const;
/** What bounds that field in a policy. */
const boundsOf = {
  maxRatio: 'ratio',
  maxFloor: 'floor',
  maxSlowerThan: 'slowerThan',
  maxTimes: 'times',
  maxMargin: 'margin',
} as const satisfies Record<keyof Policy['guardrails']['named'][string], keyof typeof strictest>;

/**
 * Refuses a policy that means something else than it says, before it is in force: one with a name that is nobody's, with
 * a bound that bounds nothing, or that no release can keep, because even the strictest plan breaks it. Throws
 * `invalid_request`, naming every rule. Of policies that are in force already nothing is asked.
 */
export function assertKeepable(policy: Policy): void {
  const misnamed = Object.entries(policy.guardrails.named).flatMap(([name, bounds]) =>
    misnamedBounds(name, Object.keys(bounds)),
  );
  const faults = misnamed.length > 0 ? misnamed : unkeepable(policy);
  if (faults.length === 0) return;
  throw new SluiceError('invalid_request', `Nobody could keep this policy.\n  ${faults.join('\n  ')}`, {
    remedy: 'Change these rules; docs/reference/policy.md has all of them.',
  });
}

function misnamedBounds(name: string, bounds: readonly string[]): string[] {
  const at = `guardrails.named.${name}`;
  const guardrail = ofEveryPlan.find((each) => each.name === name);
  if (guardrail === undefined) {
    return [
      `${at}: there is no such guardrail; there are ${ofEveryPlan.map((each) => each.name).join(', ')}`,
    ];
  }
  const has = Object.keys(strictestSettings(guardrail));
  return bounds
    .filter((bound) => !has.includes(boundsOf[bound as keyof typeof boundsOf]))
    .map((bound) => `${at}.${bound}: the guardrail ${name} has no such setting, so this bounds nothing`);
}

function unkeepable(policy: Policy): string[] {
  const { suites, minCases } = policy.evaluation;
  const names = new Set(suites.map(({ name }) => name));
  const demanded = [...names].map((name) => {
    const same = suites.filter((each) => each.name === name);
    const digest = same.find((each) => each.digest !== undefined)?.digest;
    return suiteOf(name, Math.max(...same.map((each) => each.minCases)), digest);
  });
  const question = {
    plan: strictestPlan(policy),
    suites: [...demanded, suiteOf('all', minCases)],
    revision: { prompts: {} },
    requester: { role: 'admin' as const },
    skips: [],
  };
  return violations(policy, question).map(
    ({ rule, demanded, given }) => `${rule}: demands ${demanded}; the most that a plan can give is ${given}`,
  );
}

function suiteOf(name: string, minCases: number, digest = ''): JudgingSuite {
  return { name, digest, content: { tests: Array.from({ length: minCases }, () => ({})) } };
}

/** No plan breaks fewer rules: every number is at its strictest, and what is bounded on both sides is within. */
function strictestPlan({ lease, maxBlind, settle, settleLong }: Policy): Plan {
  const step = { hold: '14d', minExposures: 1_000_000 };
  return planSchema.parse({
    evaluate: { minPassRate: 0.999, margin: 0.001 },
    mirror: { samples: 5000, minPairs: 5000, margin: 0.001 },
    steps: [
      { weight: 0.01, ...step },
      { weight: 100, ...step },
    ],
    holdback: 50,
    guardrails: Object.fromEntries(ofEveryPlan.map((each) => [each.name, strictestSettings(each)])),
    alpha: 0.5,
    absolute: { errorRate: 0.001, emergencyRate: 0.001 },
    lease: leastWithin(lease, '1s', '1d'),
    maxBlind: leastWithin(maxBlind, '1s', '1d'),
    settle: leastWithin(settle, '10ms', '10m'),
    settleLong: leastWithin(settleLong, '10ms', '1h'),
  });
}

/** The settings of a guardrail as its file has them, each at its strictest. */
function strictestSettings({ planFields }: Guardrail): Record<string, unknown> {
  const isBounded = (name: string): name is keyof typeof strictest => Object.hasOwn(strictest, name);
  return Object.fromEntries(
    Object.keys(planFields)
      .filter(isBounded)
      .map((name) => [name, strictest[name]]),
  );
}

/** The least duration that a policy allows, within what a plan may have. */
function leastWithin({ min }: Policy['lease'], least: string, most: string): string {
  return `${Math.min(Math.max(durationMs(min), durationMs(least)), durationMs(most))}ms`;
}
