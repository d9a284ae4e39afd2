import { z } from 'zod';
import { guardOutcomes } from '../../domain/release/guard.ts';
import { timestampSchema } from './shared.ts';

/** The holdback of a promoted release that goes on. */
export const shownGuardSchema = z
  .object({
    releaseId: z.string(),
    state: z.enum(['open', ...guardOutcomes]).meta({
      description:
        '`passed`: nothing was found; `inconclusive`: too little was seen; `rolled_back`: taken out; `closed`: the split was written for something else, as by the start of the next release',
    }),
    formerLabel: z.string().meta({ description: 'The revision that a part of the subjects stays on' }),
    heldBack: z.number().meta({ description: 'That part, in percent' }),
    holdMs: z.number(),
    heldMs: z.number().meta({ description: 'For how long it was looked at' }),
    openedAt: timestampSchema,
    dueAt: timestampSchema,
    lookAgeMs: z.number().optional().meta({ description: 'Since its newest look' }),
    blindWhy: z.string().optional().meta({ description: 'Why nothing valid can be measured of it now' }),
    closedAt: timestampSchema.optional(),
    reason: z.string().optional(),
    decidedBy: z.string().optional(),
    closedBy: z.string().optional().meta({ description: 'The release whose start has closed it' }),
    guardrails: z
      .array(
        z.looseObject({
          name: z.string(),
          evidence: z.number(),
          threshold: z.number(),
          actsAt: z.number().optional(),
          segment: z
            .looseObject({
              ...{ name: z.string(), evidence: z.number(), actsAt: z.number() },
              ...{ candidateRate: z.number().nullable(), stableRate: z.number().nullable() },
            })
            .optional()
            .meta({ description: 'The worst of its segments, where it has some' }),
        }),
      )
      .optional()
      .meta({ description: 'Of one that is over: as its newest look found them' }),
  })
  .meta({ id: 'Guard' });

export type ShownGuard = z.infer<typeof shownGuardSchema>;
