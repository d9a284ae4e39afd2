import { z } from 'zod';
import { policySchema } from '../../domain/policy/policy.ts';
import { pageOf, reasonSchema, timestampSchema } from './shared.ts';

export const publishPolicySchema = z.strictObject({ policy: policySchema, reason: reasonSchema });

const named = {
  scope: z.string().meta({ description: 'The app that it was published for; `*` for all without their own' }),
  version: z.int().meta({ description: 'From 1 in each scope; 0 is what Sluice ships' }),
  digest: z.string().meta({ description: 'SHA-256 of its canonical JSON' }),
};

export const policyInForceSchema = z.object({ ...named, policy: policySchema }).meta({ id: 'PolicyInForce' });

export const publishedPolicySchema = z
  .object({
    ...named,
    created: z.boolean().meta({ description: 'False: it was in force already' }),
    knownApp: z.boolean().meta({ description: 'False: there is no app of that name yet' }),
  })
  .meta({ id: 'PublishedPolicy' });

export const resetPolicySchema = z.strictObject({ reason: reasonSchema });

export const policyResetSchema = policyInForceSchema
  .extend({ reset: z.boolean().meta({ description: 'False: there was no own policy to reset' }) })
  .meta({ id: 'PolicyReset' });

const policyVersionSchema = z
  .object({
    ...named,
    digest: named.digest.optional(),
    policy: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'As it was published; absent where it was reset: none of its own from then on' }),
    actor: z.string(),
    reason: z.string().optional(),
    at: timestampSchema,
  })
  .meta({ id: 'PolicyVersion' });

export const policyPageSchema = pageOf(policyVersionSchema);

export type PolicyInForceAnswer = z.infer<typeof policyInForceSchema>;
export type PublishedPolicy = z.infer<typeof publishedPolicySchema>;
export type PolicyReset = z.infer<typeof policyResetSchema>;
export type PolicyPage = z.infer<typeof policyPageSchema>;
