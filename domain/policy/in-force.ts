import { digestOf } from '../revision/digest.ts';
import { SluiceError } from '../errors.ts';
import { shippedPolicy, type Policy } from './policy.ts';
import { frozenAt } from './freeze.ts';
import type { Violation } from './violation.ts';

/** The name under which the policy of all apps is kept that have none of their own. No app can be called this. */
export const defaultPolicyScope = '*';

/** A policy with what it is known by. */
export interface PolicyInForce {
  /** The app that it was published for, or `*` for all without one of their own. */
  readonly scope: string;
  /** From 1 in each scope; 0 is what Sluice ships. */
  readonly version: number;
  readonly digest: string;
  readonly policy: Policy;
}

/** What is in force where nobody has published anything. */
export function shippedInForce(): PolicyInForce {
  return { scope: defaultPolicyScope, version: 0, digest: digestOf(shippedPolicy), policy: shippedPolicy };
}

/** How people read which policy it is: `policy of bank-support, version 3`. */
export function policyName({ scope, version }: Pick<PolicyInForce, 'scope' | 'version'>): string {
  if (version === 0) return 'policy that Sluice ships';
  return scope === defaultPolicyScope
    ? `default policy, version ${version}`
    : `policy of ${scope}, version ${version}`;
}

/** Refuses what breaks the policy, naming every rule. Throws `policy_violated`; its details are for programs. */
export function assertNoViolations(app: string, inForce: PolicyInForce, found: readonly Violation[]): void {
  if (found.length === 0) return;
  const rules = found.map(
    ({ rule, demanded, given, remedy }) => `\n  ${rule}: demanded ${demanded}, given ${given}. ${remedy}`,
  );
  const { scope, version, digest } = inForce;
  throw new SluiceError(
    'policy_violated',
    `The ${policyName(inForce)} does not allow this.${rules.join('')}`,
    {
      remedy: `See what is demanded: sluice policy show ${app}. An admin may publish another policy.`,
      details: { policy: { scope, version, digest }, violations: found },
    },
  );
}

/** Nothing is widened while a freeze of the policy holds; what takes back always passes. Throws `policy_violated`. */
export function assertNotFrozen(inForce: PolicyInForce, nowMs = Date.now()): void {
  const frozen = frozenAt(inForce.policy.freezes, nowMs);
  if (frozen === undefined) return;
  const { scope, version, digest } = inForce;
  throw new SluiceError(
    'policy_violated',
    `Nothing is started or promoted now: the ${policyName(inForce)} has the freeze "${frozen.name}" until ${new Date(frozen.untilMs).toISOString()}.`,
    {
      remedy: 'Wait for its end. An abort, and a rollback to what once was stable, pass at any time.',
      details: {
        policy: { scope, version, digest },
        freeze: frozen.name,
        until: new Date(frozen.untilMs).toISOString(),
      },
    },
  );
}
