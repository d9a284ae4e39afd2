import { z } from 'zod';

const rate = z.number().min(0).max(1);

/** What a mirror says that a guardrail of the canary will show: rates of bad events of both arms, by their quantiles. */
const ratePredictionSchema = z.object({
  kind: z.literal('rate'),
  /** What gateways count it under. */
  counter: z.string(),
  /** First turns of conversations, and requests of none: later turns flatter the candidate. */
  pairs: z.number(),
  /** Bad events of the pairs. */
  candidateBad: z.number(),
  stableBad: z.number(),
  /** What stable has shown in production; absent where nobody has counted. */
  base: z.object({ bad: z.number(), units: z.number() }).exactOptional(),
  /** Quantiles of what the rate may be: 5 %, 10 %, ..., 95 %. */
  candidate: z.array(rate).length(19),
  stable: z.array(rate).length(19),
});

/** The same of the mean of a number that each answer has. */
const meanPredictionSchema = z.object({
  kind: z.literal('mean'),
  pairs: z.number(),
  /** What stable has shown in production; absent where nobody has counted. */
  base: z.object({ mean: z.number(), standardError: z.number() }).exactOptional(),
  candidate: z.array(z.number()).length(19),
  stable: z.array(z.number()).length(19),
});
export const predictionSchema = z.discriminatedUnion('kind', [ratePredictionSchema, meanPredictionSchema]);
export type Prediction = z.infer<typeof predictionSchema>;

/** The middle of what a rate may be, and its 90 % interval. */
export function intervalOf(quantiles: readonly number[]): {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
} {
  return {
    expected: quantiles[Math.floor(quantiles.length / 2)] ?? 0,
    lower: quantiles[0] ?? 0,
    upper: quantiles.at(-1) ?? 1,
  };
}
