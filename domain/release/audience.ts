import { z } from 'zod';
import { durationWithin } from '../duration.ts';
import { labelHeader, labelValueSchema } from '../guardrail/segments/scope.ts';
import { nameSchema } from '../revision/names.ts';
import { subjectSchema } from '../subject.ts';
import type { Audience } from '../split/audience.ts';

/** The stage of the step before the shares. */
export const audienceStage = 'audience';

const mostLabels = 5;
const mostValues = 20;
const mostSubjects = 100;
const nobody = 'names `labels`, `subjects` or both: else nobody is of it';

/** Who gets the candidate before all others, and how this step before the shares goes. */
export const audienceSchema = z
  .strictObject({
    labels: z
      .record(nameSchema, z.array(labelValueSchema).min(1).max(mostValues))
      .refine((labels) => Object.keys(labels).length > 0, nobody)
      .refine((labels) => Object.keys(labels).length <= mostLabels, `names at most ${mostLabels} labels`)
      .exactOptional()
      .meta({
        description: `Members by what their requests say in \`${labelHeader}<label>\`, with a key that may say it`,
      }),
    subjects: z
      .array(subjectSchema)
      .min(1)
      .max(mostSubjects)
      .exactOptional()
      .meta({ description: 'Members by the subject that their requests name' }),
    /** Gateways deal subjects in shares of a ten-thousandth; the rest of the members is what is compared with. */
    weight: z
      .number()
      .min(1)
      .max(90)
      .multipleOf(1)
      .default(25)
      .meta({ description: 'Percent of the members that get the candidate; the others stay on stable' }),
    hold: durationWithin('0s', '14d'),
    minExposures: z.int().min(1).max(1_000_000).default(50),
    approvals: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'People who have to approve before the step begins' }),
  })
  .refine(({ labels, subjects }) => labels !== undefined || subjects !== undefined, nobody);

export type PlanAudience = z.infer<typeof audienceSchema>;

/** As the split tells gateways of it. */
export function toldAudience({ weight, labels = {}, subjects = [] }: PlanAudience): Audience {
  return { weight, labels, subjects };
}
