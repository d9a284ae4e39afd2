import { demandedApprovals, type DemandedApprovals } from './approvals.ts';
import { skippableGates, type SkippableGate } from './policy.ts';
import type { PolicyInForce } from './in-force.ts';
import type { PolicyQuestion } from './question.ts';
import { needsHotfix } from './rollout-rules.ts';
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
  /** It holds for less than others have to, and why: reviewed afterwards. */
  readonly hotfix?: { readonly reason: string };
  /** The stages that have to be approved before they begin; absent where none has. */
  readonly approvals?: DemandedApprovals;
}

/** What to keep of a policy that has nothing against a release. */
export function releasePolicyOf(
  { scope, version, digest, policy }: PolicyInForce,
  question: PolicyQuestion,
): ReleasePolicy {
  const { plan, requester, skips } = question;
  const hotfix = needsHotfix(policy, question) ? { reason: question.hotfix?.reason ?? '' } : undefined;
  const approvals = demandedApprovals(policy.approvals, plan);
  return {
    ...{ scope, version, digest, role: requester.role },
    skips: skips.filter(({ gate }) => policy[gate].required),
    waived: skippableGates.filter((gate) => !runsGate(plan, gate)),
    ...(hotfix === undefined ? {} : { hotfix }),
    ...(approvals === undefined ? {} : { approvals }),
  };
}
