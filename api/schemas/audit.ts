import { z } from 'zod';
import { auditHeadSchema } from '../../domain/audit/head.ts';
import { auditEntrySchema } from './releases.ts';

/** An entry with all that its hash and its seal cover. */
export const chainedEntrySchema = auditEntrySchema
  .extend({
    at: z.string().meta({ description: 'UTC, with microseconds' }),
    position: z.int(),
    hash: z.string(),
    xact: z.string().optional().meta({ description: 'The transaction that wrote it' }),
    mac: z.string().optional(),
    keyId: z.string().optional(),
  })
  .meta({ id: 'ChainedAuditEntry' });

export const auditEntriesQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0).meta({ description: 'Number of the entry before' }),
  limit: z.coerce.number().int().min(1).max(1_000).default(500),
});
export const auditEntriesSchema = z.object({ entries: z.array(chainedEntrySchema) });

/** As many heads as a request may bring along. */
const mostHeads = 5_000;

export const verifyAuditSchema = z.object({
  heads: z
    .array(z.object(auditHeadSchema.shape))
    .max(mostHeads)
    .optional()
    .meta({ description: 'Ends that were noted elsewhere' }),
  expected: z
    .object({ number: z.int().min(0).optional(), hash: z.string().regex(/^[0-9a-f]{64}$/) })
    .optional()
    .meta({ description: 'An end that a person has noted' }),
});

export { auditHeadSchema };
export type ChainedAuditEntry = z.infer<typeof chainedEntrySchema>;
