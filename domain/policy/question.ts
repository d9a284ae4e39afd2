import type { Plan } from '../release/plan.ts';
import type { RevisionContent } from '../revision/revision.ts';
import type { Role } from '../access/roles.ts';
import type { JudgingSuite } from './judged-prompts.ts';
import type { Skip } from './skips.ts';

/** What a policy is asked about: a release as somebody wants to have it. */
export interface PolicyQuestion {
  readonly plan: Plan;
  /** All that the release brings along; the plan's evaluation may name some of them. */
  readonly suites: readonly JudgingSuite[];
  readonly revision: Pick<RevisionContent, 'prompts' | 'defaultPrompt'>;
  readonly requester: { readonly role: Role };
  /** The gates that the requester asks to leave out. */
  readonly skips: readonly Skip[];
  /** It is released by the plan called `hotfix`, and why. */
  readonly hotfix?: { readonly reason?: string | undefined } | undefined;
}
