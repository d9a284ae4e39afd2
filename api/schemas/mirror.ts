import { z } from 'zod';
import { timestampSchema } from './shared.ts';

const count = z.int().min(0);
const bound = z.number().nullable().meta({ description: 'null: nothing is known' });
const interval = { lower: bound, upper: bound };

const comparedSchema = z
  .object({
    pairs: count,
    shortcomings: z
      .array(
        z.object({
          name: z.string(),
          pairs: count,
          candidate: count,
          stable: count,
          difference: z.number(),
          ...interval,
        }),
      )
      .meta({ description: 'Ways in which answers are bad, with the difference of their shares (90 %)' }),
    measures: z
      .array(
        z.object({
          name: z.string(),
          pairs: count,
          candidate: z.number(),
          stable: z.number(),
          ratio: z.number(),
          ...interval,
        }),
      )
      .meta({ description: 'What answers take: means of the arms, and their ratio (90 %)' }),
    calls: z
      .object({
        pairs: count,
        same: count,
        otherArguments: count,
        otherTools: count,
        candidateAlone: count,
        stableAlone: count,
      })
      .optional()
      .meta({ description: 'How tool calls agree; they are never executed' }),
  })
  .meta({ id: 'ComparedPairs' });

const scoresSchema = z
  .object({
    outcome: z.enum(['pass', 'fail', 'inconclusive']),
    pairs: count,
    missing: count,
    candidate: z.number(),
    stable: z.number(),
    difference: z.number(),
    ...interval,
  })
  .meta({ description: 'Mean scores by what suites say under `live`, and their difference (90 %)' });

const worstPairSchema = z.object({ id: z.string(), later: z.boolean(), why: z.array(z.string()) });

/** What is stored of a decided mirror, as far as it is shown; of before, without what was compared. */
export const storedMirrorSchema = z.object({
  gate: z.object({ outcome: z.enum(['pass', 'fail', 'inconclusive']), summary: z.string() }),
  decision: z
    .object({
      first: comparedSchema.optional(),
      later: comparedSchema.optional(),
      scores: scoresSchema.optional(),
      laterScores: scoresSchema.optional(),
      worst: z.array(worstPairSchema).default([]),
    })
    .optional(),
});

/** What is stored of a planned one. */
export const plannedMirrorSchema = z.object({
  samples: z.array(z.unknown()),
  margin: z.number(),
  minPairs: count,
  choice: z
    .object({
      strata: z.array(z.object({ name: z.string(), later: z.boolean(), there: count, taken: count })),
      repeats: count,
      unreadable: count,
    })
    .optional(),
});

const predictedArmSchema = z
  .object({ expected: z.number(), lower: z.number(), upper: z.number() })
  .meta({ description: 'A rate of bad events or a mean, with its 90 % interval' });
const shownMeanSchema = z.object({ mean: z.number(), answers: count });
const shownArmSchema = z.object({ bad: count, units: count });

/** What was said of a guardrail before the first step, and what came. */
const predictedGuardrailSchema = z
  .object({
    guardrail: z.string().meta({ description: 'Or one of its counters, where it has several' }),
    kind: z.enum(['rate', 'mean']).meta({ description: 'Of bad events, or of a number of each answer' }),
    pairs: z.number(),
    candidate: predictedArmSchema,
    stable: predictedArmSchema,
    shown: z
      .object({ candidate: shownArmSchema, stable: shownArmSchema })
      .optional()
      .meta({ description: 'What the canary has shown so far; absent before its first look' }),
    shownMeans: z
      .object({ candidate: shownMeanSchema, stable: shownMeanSchema })
      .optional()
      .meta({ description: 'The same of a mean' }),
    held: z
      .boolean()
      .optional()
      .meta({ description: 'Is that within the 90 %? Absent while too little was shown' }),
    factor: z.number().optional().meta({ description: 'How many times too high or too low' }),
  })
  .meta({ id: 'PredictedGuardrail' });
export type PredictedGuardrail = z.infer<typeof predictedGuardrailSchema>;

export const calibrationQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const calibrationSchema = z
  .object({
    releases: count.meta({ description: 'With predictions, the newest' }),
    scored: count.meta({ description: 'Predictions whose canary has shown enough' }),
    held: count.meta({ description: 'Of them within their 90 % interval' }),
    medianFactor: z.number().optional(),
    guardrails: z.array(z.object({ name: z.string(), scored: count, held: count, medianFactor: z.number() })),
    items: z.array(
      predictedGuardrailSchema.extend({ releaseId: z.string(), at: timestampSchema, state: z.string() }),
    ),
  })
  .meta({ id: 'MirrorCalibration' });
export type MirrorCalibration = z.infer<typeof calibrationSchema>;

export const mirrorReportSchema = z
  .object({
    releaseId: z.string(),
    app: z.string(),
    candidate: z.string(),
    stable: z.string().optional(),
    createdAt: timestampSchema,
    decidedAt: timestampSchema.optional().meta({ description: 'Absent while its pairs are asked' }),
    outcome: z.enum(['pass', 'fail', 'inconclusive']).optional(),
    summary: z.string().optional(),
    samples: count,
    margin: z.number(),
    minPairs: count,
    choice: plannedMirrorSchema.shape.choice.meta({
      description: 'What its samples were chosen from, by stratum, and what was left out',
    }),
    first: comparedSchema.optional().meta({ description: 'First turns, and requests of no conversation' }),
    later: comparedSchema.optional().meta({
      description: "Later turns, which go on from stable's own answers and flatter the candidate",
    }),
    scores: scoresSchema.optional(),
    laterScores: scoresSchema.optional(),
    predictions: z.array(predictedGuardrailSchema).meta({
      description: 'What it said, before the first step, that the guardrails of the canary will show',
    }),
    worst: z.array(worstPairSchema).meta({ description: 'Pairs to look at, the worst first' }),
  })
  .meta({ id: 'MirrorReport' });
export type MirrorReport = z.infer<typeof mirrorReportSchema>;

/** As `protocols/samples/spoken.ts` writes it. */
export const mirroredRequestSchema = z.object({
  prompt: z.string().optional(),
  turns: z.array(z.object({ role: z.string(), text: z.string() })),
  earlierTurns: count,
  variables: z.record(z.string(), z.string()),
});
export const mirroredAnswerSchema = z.object({
  text: z.string(),
  finishReason: z.string().optional(),
  calls: z.array(z.string()),
});

export const mirroredPairsSchema = z
  .object({
    items: z.array(
      worstPairSchema.extend({
        request: mirroredRequestSchema.optional().meta({ description: 'Absent where it has expired' }),
        candidate: mirroredAnswerSchema.optional().meta({ description: 'Absent where there was none' }),
        stable: mirroredAnswerSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'MirroredPairs' });
export type MirroredPairs = z.infer<typeof mirroredPairsSchema>;

export const mirroredPairsQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(10),
});
