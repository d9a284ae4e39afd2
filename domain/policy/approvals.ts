import { z } from 'zod';
import { durationMs, durationWithin } from '../duration.ts';
import { audienceStage } from '../release/audience.ts';
import { judgedWeight, type Plan } from '../release/plan.ts';
import { roles, type Role } from '../access/roles.ts';

/** Who has to say yes before a candidate gets a larger share. */
export const approvalsSchema = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        fromWeight: z.number().gt(0).max(100).meta({
          description: 'Before the first step of this share of the subjects, in percent, or more',
        }),
        count: z.int().min(1).max(10).default(1).meta({ description: 'People, none of them an author' }),
      }),
    )
    .max(20)
    .default([]),
  role: z
    .enum(roles)
    .exclude(['viewer'])
    .default('operator')
    .meta({ description: 'This role or above may approve' }),
  expires: durationWithin('1m', '30d')
    .default('24h')
    .meta({ description: 'An approval that no step began by until then is void' }),
});
export type ApprovalRules = z.infer<typeof approvalsSchema>;

/** What a release has to be approved for, kept with it. */
export interface DemandedApprovals {
  /** Weight: what the step really serves of all subjects, in percent; 0 where it is the audience's. */
  readonly stages: readonly { readonly stage: string; readonly weight: number; readonly count: number }[];
  readonly role: Role;
  readonly expiresMs: number;
}

/** The stage of a plan's step. */
export function stageOfStep({ weight }: { readonly weight: number }): string {
  return `canary-${weight}`;
}

/** Nobody can tell from a plan how many are of its audience: it is approved as if all were. */
function audienceStages(rules: ApprovalRules['steps'], { audience }: Plan): DemandedApprovals['stages'] {
  if (audience === undefined) return [];
  const reached = rules.filter(({ fromWeight }) => fromWeight <= audience.weight);
  const count = Math.max(audience.approvals ?? 0, ...reached.map((rule) => rule.count));
  return count === 0 ? [] : [{ stage: audienceStage, weight: 0, count }];
}

/** The stages that policy and plan want approved; undefined where there are none. The higher count holds. */
export function demandedApprovals(
  { steps: rules, role, expires }: ApprovalRules,
  plan: Plan,
): DemandedApprovals | undefined {
  const steps = plan.steps.flatMap((step, i) => {
    const before = plan.steps[i - 1]?.weight ?? 0;
    const crossed = rules.filter(({ fromWeight }) => fromWeight > before && fromWeight <= step.weight);
    const count = Math.max(step.approvals ?? 0, ...crossed.map((rule) => rule.count));
    return count === 0 ? [] : [{ stage: stageOfStep(step), weight: judgedWeight(plan, step), count }];
  });
  const stages = [...audienceStages(rules, plan), ...steps];
  return stages.length === 0 ? undefined : { stages, role, expiresMs: durationMs(expires) };
}
