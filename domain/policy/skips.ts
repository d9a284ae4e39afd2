import type { Plan } from '../release/plan.ts';
import { mayActAs, type Role } from '../access/roles.ts';
import type { Policy, Skippable, SkippableGate } from './policy.ts';
import type { Violation } from './violation.ts';

/** A gate that whoever starts a release asks to leave out, and why. */
export interface Skip {
  readonly gate: SkippableGate;
  readonly reason?: string | undefined;
}

const planFields = { evaluation: 'evaluate', mirror: 'mirror' } as const;

/** Does the plan run the gate? */
export function runsGate(plan: Plan, gate: SkippableGate): boolean {
  return plan[planFields[gate]] !== 'skip';
}

/** The plan without the gates that are skipped. */
export function withoutGates(plan: Plan, skips: readonly Skip[]): Plan {
  return { ...plan, ...Object.fromEntries(skips.map(({ gate }) => [planFields[gate], 'skip'])) };
}

const things: Record<Skippable, string> = {
  evaluation: 'the evaluation',
  mirror: 'the mirror',
  hold: "a step's hold",
};

/** What a policy has against somebody's skipping something: nothing where role and reason suffice. */
export function skipViolations(
  policy: Policy,
  {
    what,
    role,
    reason,
  }: { readonly what: Skippable; readonly role: Role; readonly reason?: string | undefined },
): Violation[] {
  const rights = policy.skip[what];
  if (!mayActAs(role, rights.role)) {
    const demanded = `the role ${rights.role} or above to skip ${things[what]}`;
    return [{ rule: `skip.${what}`, demanded, given: role, remedy: `Ask somebody with that role.` }];
  }
  if (rights.reason === 'optional' || (reason ?? '').trim() !== '') return [];
  const demanded = `a reason to skip ${things[what]}`;
  return [{ rule: `skip.${what}.reason`, demanded, given: 'none', remedy: 'Say why: --reason "…".' }];
}
