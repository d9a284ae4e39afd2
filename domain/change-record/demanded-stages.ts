import { z } from 'zod';
import type { ChangeRecord } from './record.ts';

const demandedSchema = z.object({
  approvals: z.object({ stages: z.array(z.object({ stage: z.string(), count: z.number() })) }),
});

/** The stages that somebody had to approve, by the policy that is kept with the release; none where it says nothing. */
export function demandedStagesOf({
  policy,
}: ChangeRecord): { readonly stage: string; readonly count: number }[] {
  const parsed = demandedSchema.safeParse(policy);
  return parsed.success ? parsed.data.approvals.stages : [];
}
