import { z } from 'zod';
import { shownGuardSchema } from './guard.ts';
import { environmentSchema, timestampSchema } from './shared.ts';
import { stableWatchAlarmSchema } from './watch/stable-watch.ts';

const activeRevisionSchema = z.object({
  label: z.string(),
  digest: z.string(),
  chain: z.array(z.object({ provider: z.string(), model: z.string() })),
});

/** What an environment did about production's stable revision. */
export const followsSchema = z.object({
  environment: z.string(),
  outcome: z.enum(['followed', 'kept']),
  reason: z.string(),
  at: timestampSchema,
  refusals: z
    .array(z.object({ gatewayId: z.string(), reason: z.string() }))
    .meta({ description: 'Its live gateways that cannot serve what it followed' }),
});

/** Where one press would go now: to stable, where a candidate is on the traffic; and when that was tried last. */
export const rollbackReadinessSchema = z
  .object({
    state: z.enum(['ready', 'untried', 'unknown', 'dead', 'none']).meta({
      description:
        'A model of it has answered; nobody has asked within half an hour; nothing answered, which may be an outage; every model, key or place of it is wrong; there is nothing to go back to',
    }),
    to: z.string().optional().meta({ description: 'Its label' }),
    ageMs: z.number().optional().meta({ description: 'Since it was tried, by the database clock' }),
    reason: z.string().optional().meta({ description: 'What of it did not answer' }),
    skipped: z
      .array(z.object({ revision: z.string(), reason: z.string() }))
      .meta({ description: 'What would be passed over, and why' }),
  })
  .meta({ id: 'RollbackReadiness' });

/** The value that says what serves: what a rollback changes, and all that it changes. */
export const activeSchema = z
  .object({
    app: z.string(),
    environment: z.string(),
    version: z.int(),
    stable: activeRevisionSchema.optional(),
    candidate: activeRevisionSchema
      .extend({
        weight: z.number(),
        audience: z.object({ set: z.number(), served: z.number().nullable().optional() }).optional().meta({
          description: 'Percent of the audience of its plan, while that alone has it; `served` as below',
        }),
        served: z.number().nullable().optional().meta({
          description:
            'What gateways serve of it: 0 where its lease is over or none lives; null where they do not agree',
        }),
        releaseId: z.string(),
      })
      .optional(),
    guard: shownGuardSchema.optional().meta({
      description:
        'The former stable revision serves a part of the subjects still; in the answer for one app',
    }),
    alarm: stableWatchAlarmSchema.optional().meta({
      description: 'Of the stable watch, about what is stable now; in the answer for one app, of production',
    }),
    rollback: rollbackReadinessSchema.optional(),
    /** Absent in production, and before production's first change. */
    follows: followsSchema.optional(),
  })
  .meta({ id: 'Active' });

export const activeQuerySchema = z.object({ environment: environmentSchema });

const ofGateway = { gatewayId: z.string() };

/** What the live gateways say of an app's active value. */
export const servingSchema = z
  .object({
    app: z.string(),
    environment: z.string(),
    version: z.int().meta({ description: "The split's version that is asked about" }),
    gateways: z
      .array(
        z.discriminatedUnion('state', [
          z.object({ ...ofGateway, state: z.literal('serving') }),
          z.object({
            ...ofGateway,
            state: z.literal('refused'),
            reason: z.string().meta({ description: 'Why it cannot serve it, and what to do about that' }),
          }),
          z.object({ ...ofGateway, state: z.literal('waiting') }),
        ]),
      )
      .meta({
        description:
          'The live ones, and the applications that decide by the split themselves (`client <name>`); `waiting`: has not said yet',
      }),
  })
  .meta({ id: 'Serving' });

export type Follows = z.infer<typeof followsSchema>;
export type Active = z.infer<typeof activeSchema>;
export type RollbackReadiness = z.infer<typeof rollbackReadinessSchema>;
export type Serving = z.infer<typeof servingSchema>;
