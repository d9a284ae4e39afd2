import { evaluationViolations, mirrorViolations } from './gate-rules.ts';
import { guardrailViolations } from './guardrail-rules.ts';
import type { Policy } from './policy.ts';
import type { PolicyQuestion } from './question.ts';
import { rolloutViolations } from './rollout-rules.ts';
import { skipViolations, type Skip } from './skips.ts';
import type { Violation } from './violation.ts';

/**
 * Everything that a policy has against a release (invariant 27); nothing where it may go. What is skipped by somebody who
 * may is not asked about; a plan that leaves a demanded gate out by itself breaks the policy.
 */
export function violations(policy: Policy, question: PolicyQuestion): Violation[] {
  const { plan } = question;
  return [
    ...gateViolations(policy, question, 'evaluation', () => evaluationViolations(policy, question)),
    ...gateViolations(policy, question, 'mirror', () => mirrorViolations(policy, question)),
    ...rolloutViolations(policy, question),
    ...guardrailViolations(policy, plan),
  ];
}

/** What a policy has against a revision that is to be the first to serve: there is no rollout to speak of. */
export function firstStableViolations(policy: Policy, question: PolicyQuestion): Violation[] {
  return gateViolations(policy, question, 'evaluation', () => evaluationViolations(policy, question));
}

function gateViolations(
  policy: Policy,
  { requester, skips }: PolicyQuestion,
  gate: Skip['gate'],
  rules: () => Violation[],
): Violation[] {
  if (!policy[gate].required) return [];
  const skip = skips.find((each) => each.gate === gate);
  if (skip === undefined) return rules();
  return skipViolations(policy, { what: gate, role: requester.role, reason: skip.reason });
}
