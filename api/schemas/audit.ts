import { z } from 'zod';
import { auditFindingSchema } from '../../domain/audit/finding.ts';
import { auditHeadSchema } from '../../domain/audit/head.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { pageOf, pageQuerySchema, timestampSchema } from './shared.ts';

export const auditEntrySchema = z
  .object({
    id: z.int(),
    at: timestampSchema,
    actor: z.string(),
    action: z.string(),
    app: z.string().optional(),
    environment: z.string().optional(),
    releaseId: z.string().optional(),
    details: z.record(z.string(), z.unknown()),
    position: z.int().optional(),
    hash: z.string().optional(),
  })
  .meta({ id: 'AuditEntry' });

export const auditQuerySchema = pageQuerySchema.extend({
  app: nameSchema.optional(),
  releaseId: z.string().optional(),
  all: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true`: also what the database itself has written down of changed rows' }),
});

export const auditPageSchema = pageOf(auditEntrySchema);

export const auditVerdictSchema = z
  .object({
    ok: z.boolean(),
    verified: z.int().meta({ description: 'Entries that hold, from the first one on' }),
    pending: z.int().meta({ description: 'Entries that have no place in the chain yet' }),
    head: z.string().meta({
      description: 'Hash of the last entry that holds; note it elsewhere to see entries cut off at the end',
    }),
    sealed: z.int().meta({ description: 'Of these, those that a key of the API seals' }),
    confirmed: z
      .int()
      .optional()
      .meta({ description: 'The newest head that was noted, and that the log has' }),
    brokenAt: z.int().optional().meta({ description: 'The first place where the chain does not hold' }),
    found: auditEntrySchema
      .pick({ id: true, at: true, actor: true, action: true })
      .extend({ position: z.int() })
      .optional()
      .meta({ description: 'The entry at that place, or the next one where that place is empty' }),
    findings: z.array(auditFindingSchema).meta({ description: 'What is wrong, the first of it' }),
  })
  .meta({ id: 'AuditVerdict' });

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

export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;
