import { z } from 'zod';
import { revisionStates } from '../../config-store/revisions/list-revisions.ts';
import { outcomes, openStates } from '../../domain/release/release.ts';
import { provenanceSchema } from '../../domain/revision/revision.ts';
import { environmentSchema, pageOf, pageQuerySchema, timestampSchema } from './shared.ts';

export const historyQuerySchema = pageQuerySchema.extend({ environment: environmentSchema });

/** A revision of an app, and what became of it in an environment. */
export const knownRevisionSchema = z
  .object({
    digest: z.string(),
    label: z.string(),
    chain: z.array(z.looseObject({ provider: z.string(), model: z.string() })),
    prompts: z
      .record(z.string(), z.string())
      .meta({ description: 'By name, the version of each prompt: the same version is the same prompt' }),
    provenance: provenanceSchema,
    createdBy: z.string(),
    createdAt: timestampSchema,
    state: z.enum(revisionStates),
    condemned: z
      .object({
        cause: z.enum(['gate', 'guardrail', 'person']),
        actor: z.string(),
        reason: z.string(),
        releaseId: z.string().optional(),
        at: timestampSchema,
      })
      .optional()
      .meta({ description: 'It was found bad, and nobody has found it good again since' }),
    releases: z
      .array(
        z.object({ id: z.string(), state: z.enum([...openStates, ...outcomes]), createdAt: timestampSchema }),
      )
      .meta({ description: 'The newest ten that released it there, newest first' }),
  })
  .meta({ id: 'KnownRevision' });

export const knownRevisionPageSchema = pageOf(knownRevisionSchema);

const namedRevisionSchema = z.object({ label: z.string(), digest: z.string() });

/** A version of a split: what was served from then on, and who said so. */
export const splitChangeSchema = z
  .object({
    version: z.int(),
    at: timestampSchema,
    kind: z.enum(['create', 'raise', 'promote', 'rollback']),
    stable: namedRevisionSchema.optional(),
    candidate: namedRevisionSchema
      .extend({
        weight: z.number(),
        audience: z.number().optional().meta({
          description: 'Percent of the audience that has it first, where it has no share of all subjects yet',
        }),
      })
      .optional(),
    tookOut: z.array(namedRevisionSchema).meta({ description: 'What this change took out as bad' }),
    releaseId: z.string().optional(),
    actor: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'SplitChange' });

export const splitChangePageSchema = pageOf(splitChangeSchema);

export type KnownRevision = z.infer<typeof knownRevisionSchema>;
export type SplitChange = z.infer<typeof splitChangeSchema>;
