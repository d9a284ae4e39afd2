import { createHash } from 'node:crypto';
import { z } from 'zod';
import { chooseArm, type Arm } from '../../domain/split/split.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { SplitTokens, ToldSplit } from './split-tokens.ts';

/** What an application says of a decision that it has made by a streamed split. */
export const decisionSchema = z.strictObject({
  split: z.string().max(200_000).meta({ description: 'The `token` of the split, as GET /v1/split told it' }),
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,64}$/)
    .meta({ description: 'Random, another one for each decision' }),
  subject: z.string().min(1).max(1_000),
  drawn: z
    .boolean()
    .optional()
    .meta({ description: 'The subject is none of a caller, but was drawn for this decision alone' }),
  fresh: z.boolean().meta({ description: 'The lease was running' }),
  arm: z.enum(['stable', 'candidate', 'lease-expired']),
});
export type ToldDecision = z.infer<typeof decisionSchema>;

/** A decision that can have been made: its arm is the one that bucket and weight give. */
export interface CheckedDecision extends ToldSplit {
  /** Its name, over all gateways: reports and feedback of one decision count once. */
  readonly id: string;
  readonly subject: string;
  readonly drawn: boolean;
  /** `none`: an audience alone has the candidate, and labels of whoever decides are not known. */
  readonly arm: ToldDecision['arm'] | 'none';
  /** The arm by bucket and weight, for the check of the split; absent where no weight decided, or nobody judged. */
  readonly dealt: Arm | undefined;
}

/** Holds a decision against the split that it was made by (invariant 16). Throws `invalid_request` where it cannot be so. */
export function checkDecision(tokens: Pick<SplitTokens, 'read'>, decision: ToldDecision): CheckedDecision {
  const told = tokens.read(decision.split);
  const { split } = told;
  const { subject, arm, fresh, drawn = false } = decision;
  const { arm: byWeight, reason } = chooseArm(split, subject, true);
  // While nobody judges, all get the fallback: who falls on that side anyway is counted on it.
  const expected = fresh || byWeight === split.fallback ? byWeight : 'lease-expired';
  if (arm !== expected) {
    throw new SluiceError(
      'invalid_request',
      `By split version ${split.version} of ${split.app} the subject of decision ${decision.id} is on the arm ${expected}, not ${arm}.`,
      { remedy: 'Decide with the same bucket function as gateways: clients/vectors.json has examples.' },
    );
  }
  const checked = { ...told, id: nameOf(split.environment, split.app, decision.id), subject, drawn };
  if (split.onlyAudience === true) return { ...checked, arm: 'none', dealt: undefined };
  return { ...checked, arm, dealt: reason === 'weight' && fresh ? byWeight : undefined };
}

/** Two applications may draw the same: what is taken is taken of one app in one environment. */
function nameOf(environment: string, app: string, id: string): string {
  return createHash('sha256').update(`decision/${environment}/${app}/${id}`).digest('base64url');
}
