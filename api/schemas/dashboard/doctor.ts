import { z } from 'zod';
import { findingSchema } from '../../../domain/doctor/finding.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { timestampSchema } from '../shared.ts';

export const doctorQuerySchema = z.object({
  app: nameSchema.optional().meta({ description: 'This app alone; else the first 50 by name' }),
});

export const diagnosisSchema = z
  .object({
    at: timestampSchema,
    findings: z.array(findingSchema),
    apps: z.array(z.string()).meta({ description: 'Those that were looked at' }),
    more: z.int().meta({ description: 'Apps that were not' }),
  })
  .meta({ id: 'Diagnosis' });

export type Diagnosis = z.infer<typeof diagnosisSchema>;
