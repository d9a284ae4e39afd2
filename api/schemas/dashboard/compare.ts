import { z } from 'zod';
import { nameSchema } from '../../../domain/revision/names.ts';
import { revisionRefSchema } from '../shared.ts';

const namedRevisionSchema = z.object({ label: z.string(), digest: z.string() });

/** Two revisions of an app, side by side, as the files that people write. */
export const comparedRevisionsSchema = z
  .object({
    app: z.string(),
    from: namedRevisionSchema.optional().meta({ description: 'Absent where there was none before' }),
    to: namedRevisionSchema,
    files: z
      .array(
        z.object({
          path: z.string().meta({ description: '`prompts/answer`, `chain`, `parameters`, `retrieval` …' }),
          before: z.string().optional().meta({ description: 'Absent where it is new' }),
          after: z.string().optional().meta({ description: 'Absent where it is gone' }),
        }),
      )
      .meta({ description: 'What differs' }),
    unchanged: z.array(z.string()).meta({ description: 'Paths of what is the same' }),
  })
  .meta({ id: 'ComparedRevisions' });

export const compareParamsSchema = z.object({ app: nameSchema });
export const compareQuerySchema = z.object({
  from: revisionRefSchema.optional().meta({ description: "Production's stable one where absent" }),
  to: revisionRefSchema.optional().meta({ description: 'The newest where absent' }),
});

export type ComparedRevisions = z.infer<typeof comparedRevisionsSchema>;
