import { z } from 'zod';
import { planSchema } from '../../domain/release/plan.ts';
import { timestampSchema } from './shared.ts';

export const planFitRequestSchema = z.strictObject({
  plan: planSchema,
  /** Instead of what gateways have counted. */
  requestsPerDay: z.number().min(0).max(1e10).optional(),
});

const rate = z.number().min(0).max(1);

export const planFitSchema = z
  .object({
    requestsPerDay: z.number(),
    since: timestampSchema
      .optional()
      .meta({ description: 'Since when it was counted; absent where it was said' }),
    decidedBy: z.enum(['mirror', 'mixed', 'full']).meta({
      description: 'What can decide with so much traffic: the mirror, both, or the canary in full',
    }),
    audience: z.object({ weight: z.number(), holdMs: z.number(), minExposures: z.int() }).optional().meta({
      description:
        'The step before the shares: what its audience asks, nobody has counted; absent where there is none',
    }),
    steps: z.array(
      z.object({
        weight: z.number(),
        judgedWeight: z
          .number()
          .meta({ description: "The candidate's share while it is judged, in percent" }),
        holdMs: z.number(),
        takesMs: z.number().meta({ description: 'Its hold, or until it has its least number of requests' }),
        pauses: z.boolean().meta({ description: 'It pauses for want of requests' }),
        exposed: z.number().meta({ description: "The candidate's requests in it" }),
        finds: z
          .array(
            z.object({
              guardrail: z.string(),
              segment: z
                .object({ name: z.string(), share: rate, assumed: z.boolean() })
                .optional()
                .meta({ description: 'Of so large a part of the requests; absent: of all' }),
              baseRate: rate,
              with80: rate.optional(),
              with95: rate.optional(),
              unsegmented80: rate
                .optional()
                .meta({ description: 'The same on all requests if the guardrail had no segments' }),
            }),
          )
          .meta({
            description:
              "The candidate's rate of bad events that is found by its end with a chance of 80 and 95 %; absent: not even a total failure",
          }),
      }),
    ),
    takesMs: z.number(),
    exposed: z.number(),
    takenBackAtMost: z
      .number()
      .meta({ description: 'Share of good releases that are rolled back by chance' }),
    mirror: z
      .object({
        ...{ calls: z.int(), tokensIn: z.number().optional(), tokensOut: z.number().optional() },
        passes: z
          .array(z.object({ differ: z.number(), chance: z.number() }))
          .optional()
          .meta({
            description:
              'The chance that it shows an equal candidate to be no worse, where so large a share of the pairs differ by chance',
          }),
      })
      .optional()
      .meta({
        description: 'What the mirror asks of models at most, and how often an equal candidate passes it',
      }),
    nonsense: z.string().optional().meta({ description: 'Why the plan makes no sense for this traffic' }),
    suggested: z
      .object({
        mirror: z.record(z.string(), z.unknown()),
        steps: z.array(z.record(z.string(), z.unknown())),
        holdback: z.number(),
        guard: z.string(),
        against: z
          .array(z.string())
          .meta({ description: "What the app's policy has against it: an admin may allow it" }),
      })
      .meta({ description: 'Mirror, steps, holdback and guard that suit so much traffic' }),
  })
  .meta({ id: 'PlanFit' });
export type PlanFit = z.infer<typeof planFitSchema>;
