import { z } from 'zod';
import { nameSchema } from '../../domain/revision/names.ts';
import { reasonSchema } from './shared.ts';

export const eraseSchema = z.strictObject({
  subject: z
    .string()
    .min(1)
    .max(1_000)
    .meta({ description: 'As the application names it: `x-sluice-subject`, `user`, `metadata.user_id`' }),
  app: nameSchema.optional().meta({ description: 'Of this app alone' }),
  reason: reasonSchema,
});

const countSchema = z.int().min(0);

export const erasedSchema = z
  .object({
    erased: z.object({
      samples: countSchema.meta({ description: 'Kept requests, with all that they said' }),
      freshSamples: countSchema.meta({ description: 'The same requests as they came, of the last hour' }),
      mirrorResults: countSchema.meta({ description: 'What became of them when mirrors asked them again' }),
      chargedSubjects: countSchema.meta({ description: 'Notes that a bad event of the subject was counted' }),
      seenSubjects: countSchema.meta({ description: 'Notes on which arm the subject was seen' }),
      observations: countSchema.meta({
        description: 'Numbers of the subject’s answers: cost, tokens, scores',
      }),
    }),
    remains: z.array(z.string()).meta({ description: 'What cannot be deleted, or not here, in sentences' }),
  })
  .meta({ id: 'Erased' });

export type Erased = z.infer<typeof erasedSchema>;
