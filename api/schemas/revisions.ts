import { z } from 'zod';
import { labelSchema, nameSchema } from '../../domain/revision/names.ts';
import {
  newRevisionContentSchema,
  provenanceSchema,
  revisionContentSchema,
} from '../../domain/revision/revision.ts';
import { timestampSchema } from './shared.ts';

export const publishRevisionSchema = z.strictObject({
  app: nameSchema,
  label: labelSchema,
  content: newRevisionContentSchema,
  provenance: provenanceSchema.default({}),
});

export const publishedRevisionSchema = z
  .object({ app: z.string(), label: z.string(), digest: z.string(), created: z.boolean() })
  .meta({ id: 'PublishedRevision' });

/** All of a published revision; it never changes. */
export const revisionDetailSchema = z
  .object({
    app: z.string(),
    label: z.string(),
    digest: z.string(),
    content: revisionContentSchema,
    provenance: provenanceSchema,
    createdBy: z.string(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'RevisionDetail' });

export type PublishedRevision = z.infer<typeof publishedRevisionSchema>;
export type RevisionDetail = z.infer<typeof revisionDetailSchema>;
