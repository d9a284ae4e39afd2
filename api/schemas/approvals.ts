import { z } from 'zod';
import { freeTextSchema } from '../../domain/text/free-text.ts';
import { roles } from '../../domain/access/roles.ts';
import { reasonSchema, timestampSchema } from './shared.ts';

/** What an approval binds; anything of it changing makes it void. */
const bound = {
  stage: z.string().meta({ description: 'The stage that may begin' }),
  revision: z.string(),
  planDigest: z.string(),
  evidence: z.string().meta({ description: 'SHA-256 of how the stages so far have ended, as shown' }),
};

export const askedApprovalSchema = z
  .object({
    ...bound,
    needed: z.int().meta({ description: 'People, none of them an author' }),
    shown: z.array(
      z.object({
        stage: z.string(),
        outcome: z.string(),
        summary: z.string(),
        evidence: z.string().nullable(),
        endedMs: z.number(),
      }),
    ),
    authors: z.array(z.string()).meta({ description: 'Subjects who may not approve it' }),
    role: z.enum(roles).meta({ description: 'This role or above may' }),
    given: z.array(
      z.object({
        actor: z.string(),
        subject: z.string(),
        at: timestampSchema,
        expiresAt: timestampSchema,
        reason: z.string().nullable().optional(),
      }),
    ),
  })
  .meta({ id: 'AskedApproval' });

export const approveSchema = z.strictObject({
  stage: z.string().min(1).max(100),
  revision: z.string().min(1).max(100),
  planDigest: z.string().min(1).max(100),
  evidence: z.string().min(1).max(100),
  reason: reasonSchema,
});

export const approvedSchema = z
  .object({
    releaseId: z.string(),
    stage: z.string(),
    given: z.int(),
    needed: z.int(),
    woken: z.boolean().meta({ description: 'Whether the workflow could be told at once' }),
  })
  .meta({ id: 'Approved' });

export const reviewSchema = z
  .object({
    id: z.int(),
    kind: z.string().meta({ description: 'break-glass, override, skipped gate, healed split' }),
    app: z.string().optional(),
    environment: z.string().optional(),
    releaseId: z.string().optional(),
    actor: z.string(),
    details: z.record(z.string(), z.unknown()),
    openedAt: timestampSchema,
    signedAt: timestampSchema.optional(),
    signedBy: z.string().optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'Review' });

export const signReviewSchema = z.strictObject({
  note: freeTextSchema,
});

export const signedReviewSchema = z
  .object({ id: z.int(), signedBy: z.string(), repeated: z.boolean() })
  .meta({ id: 'SignedReview' });

export type AskedApproval = z.infer<typeof askedApprovalSchema>;
export type Approved = z.infer<typeof approvedSchema>;
export type Review = z.infer<typeof reviewSchema>;
