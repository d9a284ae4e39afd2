import { z } from 'zod';
import { nameSchema } from '../../domain/revision/names.ts';
import { timestampSchema } from './shared.ts';

const countSchema = z.int().min(0).max(1_000_000);

const labelledSchema = {
  goodPassed: countSchema.meta({ description: 'Good by their label, and passed' }),
  goodFailed: countSchema,
  badPassed: countSchema.meta({ description: 'Bad by their label, and passed all the same' }),
  badFailed: countSchema,
  notJudged: countSchema.meta({ description: 'Answers that it gave no verdict on' }),
};

const pairsSchema = {
  pairs: countSchema
    .default(0)
    .meta({ description: 'Pairs of a good and a bad answer that it was asked about in both orders' }),
  flips: countSchema.default(0).meta({ description: 'Of these, in how many it named the same place twice' }),
};

const judgeSchema = z
  .string()
  .regex(/^judge_[0-9a-f]{64}$/, 'is the digest of a judge')
  .meta({ description: 'Digest of its provider, model, parameters, prompt and version' });

export const calibrateSchema = z.strictObject({
  judge: judgeSchema,
  name: nameSchema,
  environment: nameSchema,
  ...labelledSchema,
  ...pairsSchema,
  labelsDigest: z.string().regex(/^[0-9a-f]{64}$/),
});

export const calibrateRightsSchema = z.object({ mayCalibrate: z.literal(true) });

const estimateSchema = z.object({ estimate: z.number(), lower: z.number(), upper: z.number() });

export const judgeStateSchema = z
  .object({
    id: z.string(),
    judge: judgeSchema,
    name: z.string(),
    environment: z.string(),
    ...labelledSchema,
    ...pairsSchema,
    byPlace: estimateSchema
      .optional()
      .meta({ description: 'The share of pairs in which it went by the place; 95 %. Absent without pairs' }),
    sensitivity: estimateSchema.meta({ description: 'Of good answers, the share that it passes; 95 %' }),
    specificity: estimateSchema.meta({ description: 'Of bad answers, the share that it fails; 95 %' }),
    kappa: estimateSchema.meta({ description: 'Agreement with the labels beyond chance (Cohen); 95 %' }),
    corrected: z.array(z.object({ passed: z.number(), good: estimateSchema })).meta({
      description: 'What a share of 1,000 answers that it passes says of those that are good; 95 %',
    }),
    mayDecide: z.boolean(),
    why: z.string().optional().meta({ description: 'Why it decides nothing' }),
    labelsDigest: z.string(),
    actor: z.string(),
    at: timestampSchema,
  })
  .meta({ id: 'JudgeState' });

export const judgeListSchema = z.object({ items: z.array(judgeStateSchema) }).meta({ id: 'JudgeList' });

export type JudgeState = z.infer<typeof judgeStateSchema>;
export type JudgeList = z.infer<typeof judgeListSchema>;
