import { z } from 'zod';
import { judgesSightSchema } from '../../../domain/guardrail/means/mean.ts';
import type { MeanState } from '../../../analysis/guardrails/mean-test.ts';

export const storedLogSchema = z.number().nullable();
export const countsSchema = z.object({
  ...{ candidateExposed: z.number(), candidateBad: z.number() },
  ...{ stableExposed: z.number(), stableBad: z.number() },
});
export const badEventSchema = z.object({
  wealth: z.array(storedLogSchema),
  left: z.number(),
  looks: z.object({
    open: z.array(z.object({ splitVersion: z.number(), ...countsSchema.shape })),
    begun: z.array(z.number()),
  }),
});
const armsOf = <T extends z.ZodType>(of: T) => z.object({ candidate: of, stable: of });
const testSchema: z.ZodType<MeanState> = z.object({
  ...{
    wealth: z.array(storedLogSchema),
    left: z.number(),
    center: z.number(),
    variance: z.number(),
    values: z.number(),
  },
  open: z.object({
    ...{ splitVersion: z.number(), begun: z.boolean() },
    ...armsOf(z.array(z.number())).shape,
    over: armsOf(z.number()),
  }),
  over: badEventSchema.exactOptional(),
});

const cursorSchema = z.object({ at: z.string(), hash: z.string() });
const sumsSchema = z.object({ count: z.number(), sum: z.number(), squares: z.number() });
export type Sums = z.infer<typeof sumsSchema>;

const stateSchema = z.object({
  /** Up to where observations are in it. */
  cursor: cursorSchema.exactOptional(),
  test: testSchema,
  reverse: testSchema,
  /** Of the values as they are, not clipped. */
  sums: armsOf(sumsSchema),
  /** By split version: what values are clipped to, and how many answers there were with and without a value. */
  versions: z.record(
    z.string(),
    z.object({
      range: z.object({ least: z.number(), most: z.number() }).exactOptional(),
      known: armsOf(z.number()),
      missing: armsOf(z.number()),
    }),
  ),
});
/** All that is known of one guardrail of means after a look. */
export type MeanGuardrailState = z.infer<typeof stateSchema>;

export const statesSchema = z.object({ means: z.record(z.string(), stateSchema) });
export type MeanStates = z.infer<typeof statesSchema>;

const armMeanSchema = z.object({
  count: z.number(),
  mean: z.number().nullable(),
  /** Of the mean. */
  standardError: z.number().nullable(),
});

/** What the look's row says of a guardrail of means: its evidence stands there as it came, for observations expire. */
export const meanResultSchema = z.object({
  /** Natural log of the evidence that the candidate is worse, and of that it is not. */
  evidence: z.number(),
  noWorse: z.number(),
  ...armsOf(armMeanSchema).shape,
  /** Under the present split version both arms have values that could be judged. */
  observed: z.boolean(),
  /** Why it decides nothing at this look, and nothing new enters the evidence. */
  dryRun: z.string().exactOptional(),
  /** Why nothing can be said of it: never a pass. */
  broken: z.string().exactOptional(),
  /** Up to which admission answers are in it, and how many more than in the look before: whoever judges again takes those. */
  upTo: cursorSchema.exactOptional(),
  read: z.number().exactOptional(),
  /** How much of a difference those see who have said the numbers; absent where they see all. */
  sight: judgesSightSchema.exactOptional(),
});
export type MeanResult = z.infer<typeof meanResultSchema>;
