import { demandedApprovals, type DemandedApprovals } from './approvals.ts';
import { skippableGates, type SkippableGate } from './policy.ts';
import type { PolicyInForce } from './in-force.ts';
import type { PolicyQuestion } from './question.ts';
import { runsGate, type Skip } from './skips.ts';
import type { Role } from '../access/roles.ts';

/** What is kept with a release of the policy that allowed it. */
export interface ReleasePolicy {
  readonly scope: string;
  readonly version: number;
  readonly digest: string;
  /** Of whoever asked for the release, then. */
  readonly role: Role;
  /** What was left out, and why, though the policy demands it: recorded overrides (invariant 13). */
  readonly skips: readonly Skip[];
  /** Gates that the release may be promoted without: they are skipped, or nobody demands them. */
  readonly waived: readonly SkippableGate[];
  /** The stages that have to be approved before they begin; absent where none has. */
  readonly approvals?: DemandedApprovals;
}

/** What to keep of a policy that has nothing against a release. */
export function releasePolicyOf(
  { scope, version, digest, policy }: PolicyInForce,
  { plan, requester, skips }: Pick<PolicyQuestion, 'plan' | 'requester' | 'skips'>,
): ReleasePolicy {
  const approvals = demandedApprovals(policy.approvals, plan);
  return {
    ...{ scope, version, digest, role: requester.role },
    skips: skips.filter(({ gate }) => policy[gate].required),
    waived: skippableGates.filter((gate) => !runsGate(plan, gate)),
    ...(approvals === undefined ? {} : { approvals }),
  };
}
