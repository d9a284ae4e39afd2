import { z } from 'zod';
import { reasonsWhat } from '../guardrail/answers/reasons.ts';

const armSchema = z.object({
  exposed: z.number(),
  bad: z.number(),
  rate: z.number().nullable().meta({ description: 'Null where nothing was exposed' }),
});

const meanSchema = z.object({
  answers: z.number(),
  mean: z.number().nullable(),
  shown: z.string().meta({ description: 'The mean with its unit' }),
});

const meansSchema = z
  .object({
    candidate: meanSchema,
    stable: meanSchema,
    corrected: z.string().optional().meta({
      description:
        'Of scores by judges: the difference by their sensitivity and specificity, with its 95 % interval',
    }),
  })
  .optional()
  .meta({ description: 'Of a guardrail that judges a number of each answer' });

/** Evidence is given as a natural logarithm for programs, and as odds against "no worse" for people. */
const guardrailSchema = z.object({
  name: z.string(),
  subject: z.string(),
  candidate: armSchema,
  stable: armSchema,
  means: meansSchema,
  allowed: z.string().optional().meta({ description: 'What the plan allows the candidate, as a sentence' }),
  evidence: z.number(),
  actsAt: z.number().meta({ description: 'From which evidence on it acts where all others say nothing' }),
  odds: z.string(),
  actsAtOdds: z.string(),
  segment: z
    .object({
      name: z.string(),
      candidate: armSchema,
      stable: armSchema,
      means: meansSchema,
      evidence: z.number(),
      actsAt: z.number(),
      odds: z.string(),
      actsAtOdds: z.string(),
    })
    .optional()
    .meta({ description: 'Of a guardrail that is judged by segments: the worst of them' }),
  note: z.string().optional(),
  turningPoint: z
    .object({
      rate: z.number().optional().meta({
        description: "The candidate's rate of bad events at which the decision turns; absent: at none",
      }),
      mean: z.number().optional().meta({ description: "The candidate's mean at which it does" }),
      says: z.string(),
    })
    .optional(),
});

const lookSchema = z.object({
  stage: z.string(),
  look: z.int(),
  at: z.string(),
  splitVersion: z.int(),
  verdict: z.string().optional(),
  evidence: z.record(z.string(), z.number()),
});

const differenceSchema = z.object({
  stage: z.string(),
  look: z.int(),
  guardrail: z.string(),
  stored: z.number(),
  recomputed: z.number().nullable(),
});

const passedOfSchema = z.object({ passed: z.int(), of: z.int() });

const casesSchema = z.object({
  newlyFailing: z.int(),
  stillFailing: z.int(),
  repaired: z.int(),
  flaky: z.int(),
  failing: z
    .array(
      z.object({
        id: z.string(),
        critical: z.boolean(),
        candidate: passedOfSchema,
        stable: passedOfSchema.optional(),
        failed: z.array(z.string()).meta({ description: 'Assertions that did not hold, by their names' }),
      }),
    )
    .meta({ description: 'At most 50, what newly fails first; what was said is for who may read content' }),
});

const reasonSchema = z.object({
  what: z.enum(reasonsWhat).meta({ description: 'What became of the request that the call was for' }),
  target: z.string().meta({ description: '`provider/model`, by the names of the revision' }),
  kind: z.string().meta({ description: 'Of the failure: `timeout`, `status`, `connect`, …' }),
  status: z.int().optional().meta({ description: 'Of an answer that was an error' }),
  calls: z.int(),
});

const outcomesSchema = z.object({
  requests: z.number(),
  failed: z.number(),
  rescued: z.number().meta({ description: 'Failed on the candidate, and answered by stable' }),
  failedOver: z.number().meta({ description: 'Answered by a later target of the chain' }),
  reasons: z.array(reasonSchema).default([]).meta({
    description: "Why calls of the arm's own chain gave no answer, the most frequent first; at most 20",
  }),
});

/** Why a release went as it did: what was decided, on what evidence, and what would have changed it. */
export const explanationSchema = z
  .object({
    version: z.literal(1),
    release: z.object({
      id: z.string(),
      app: z.string(),
      environment: z.string(),
      revision: z.string(),
      label: z.string(),
      stable: z.string().optional(),
      state: z.string(),
      reason: z.string().optional(),
      decidedBy: z.string().optional(),
      planName: z.string(),
      alpha: z.number(),
    }),
    says: z.array(z.string()).meta({ description: 'The explanation, sentence by sentence' }),
    stages: z.array(
      z.object({ stage: z.string(), outcome: z.string(), summary: z.string(), looks: z.int() }),
    ),
    guardrails: z.array(guardrailSchema).meta({ description: 'As the newest look found them' }),
    whatWouldChange: z.array(z.string()),
    looks: z.array(lookSchema),
    examples: z
      .array(z.object({ sample: z.string(), later: z.boolean(), why: z.array(z.string()) }))
      .default([])
      .meta({
        description:
          'Answers to look at, by the ids of their samples, the worst first; what they say is for who may read content',
      }),
    cases: casesSchema.optional().meta({ description: 'Of its evaluation; absent where it has none' }),
    traffic: z
      .object({ candidate: outcomesSchema.optional(), stable: outcomesSchema.optional() })
      .optional()
      .meta({ description: 'As gateways have counted it; absent where that is gone' }),
    recomputed: z
      .object({
        agrees: z.boolean(),
        looks: z.int().meta({ description: 'How many looks were judged again from their stored counts' }),
        of: z.int(),
        largestDifference: z.number(),
        differences: z.array(differenceSchema),
        unknown: z
          .array(z.string())
          .default([])
          .meta({ description: 'Which means cannot be judged again, and why' }),
      })
      .optional(),
  })
  .meta({ id: 'Explanation' });

export type Explanation = z.infer<typeof explanationSchema>;
export type ExplainedGuardrail = Explanation['guardrails'][number];
