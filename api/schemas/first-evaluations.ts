import { z } from 'zod';
import { nameSchema } from '../../domain/revision/names.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { publishedSuiteSchema } from './apps.ts';
import { revisionRefSchema, timestampSchema } from './shared.ts';

export const startFirstEvaluationSchema = z.strictObject({
  revision: revisionRefSchema,
  planName: nameSchema.default('default'),
  /** The plan itself; the app's published plan of that name where absent. */
  plan: planSchema.optional(),
  suites: z.array(publishedSuiteSchema).max(50).optional(),
});

export const firstEvaluationSchema = z
  .object({
    id: z.string(),
    app: z.string(),
    revision: z.string(),
    label: z.string(),
    state: z
      .enum(['running', 'decided', 'failed'])
      .meta({ description: '`failed`: nothing could be measured, so nothing is known of the revision' }),
    outcome: z.enum(['pass', 'fail', 'inconclusive']).optional(),
    summary: z
      .string()
      .optional()
      .meta({ description: 'What the gate says, or why it could not be decided' }),
    waitingFor: z.string().optional().meta({ description: 'What keeps it waiting at present' }),
    calls: z.int().meta({ description: 'Calls of models that have their result' }),
    createdAt: timestampSchema,
  })
  .meta({ id: 'FirstEvaluation' });

export type FirstEvaluation = z.infer<typeof firstEvaluationSchema>;
