import { z } from 'zod';
import { labelSchema, nameSchema } from '../../domain/revision/names.ts';
import { planSchema, plansSchemaOf } from '../../domain/release/plan.ts';
import {
  newRevisionContentSchema,
  provenanceSchema,
  revisionContentSchema,
} from '../../domain/revision/revision.ts';
import { environmentSchema, pageOf, reasonSchema, revisionRefSchema, timestampSchema } from './shared.ts';

const samplingSchema = z.enum(['off', 'metadata', 'redacted', 'full']);
const samplesPerSecondSchema = z
  .number()
  .min(0.001)
  .max(100)
  .meta({ description: 'Requests kept a second, over all gateways of an environment, in the long run' });
const maxSamplesSchema = z
  .int()
  .min(100)
  .max(1_000_000)
  .meta({ description: 'Requests kept at most in an environment: the newest' });
const freshCaps = {
  maxFreshSamples: z.int().min(100).max(100_000).meta({
    description: 'Requests kept for an hour as they came, at most in an environment: the newest',
  }),
  maxFreshMegabytes: z
    .int()
    .min(1)
    .max(102_400)
    .meta({ description: 'The same in MB (1,048,576 bytes), sealed' }),
};

const reportsSchema = z.enum(['shown', 'judged']).meta({
  description:
    'What callers report of calls past the gateways: beside what gateways have seen, or judged with it',
});

/** A suite as it is published: its content is parsed again, strictly, where it is run. */
export const publishedSuiteSchema = z.object({
  name: nameSchema,
  digest: z.string(),
  content: z.record(z.string(), z.json()),
});

const publicationSchema = z.object({
  plans: plansSchemaOf(planSchema),
  suites: z.array(publishedSuiteSchema).max(50),
});

export const createAppSchema = z.strictObject({
  name: nameSchema,
  sampling: samplingSchema.default('redacted'),
  publication: publicationSchema.optional(),
  /** The revision to make stable at once, where the app has none yet: it has passed its evaluation by the server. */
  stable: revisionRefSchema.optional(),
  /** Let it serve without; the app's policy says who may, and whether it needs a reason. */
  skipEvaluation: z.boolean().default(false),
  reason: reasonSchema,
});

/** What is absent stays as it is. */
export const changeAppSchema = z.strictObject({
  sampling: samplingSchema.optional(),
  samplesPerSecond: samplesPerSecondSchema.optional(),
  maxSamples: maxSamplesSchema.optional(),
  maxFreshSamples: freshCaps.maxFreshSamples.optional(),
  maxFreshMegabytes: freshCaps.maxFreshMegabytes.optional(),
  reports: reportsSchema.optional(),
  reason: reasonSchema,
});

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
        served: z.number().nullable().optional().meta({
          description:
            'What gateways serve of it: 0 where its lease is over or none lives; null where they do not agree',
        }),
        releaseId: z.string(),
      })
      .optional(),
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
      .meta({ description: 'The live ones; `waiting`: has not said yet' }),
  })
  .meta({ id: 'Serving' });

export const appSchema = z
  .object({
    name: z.string(),
    sampling: samplingSchema,
    samplesPerSecond: samplesPerSecondSchema,
    maxSamples: maxSamplesSchema,
    ...freshCaps,
    reports: reportsSchema,
    createdAt: timestampSchema,
    active: z.array(activeSchema),
    openRelease: z.string().optional(),
  })
  .meta({ id: 'App' });

export const appPageSchema = pageOf(appSchema);

export const publishRevisionSchema = z.strictObject({
  app: nameSchema,
  label: labelSchema,
  content: newRevisionContentSchema,
  provenance: provenanceSchema.default({}),
});

export const publishedRevisionSchema = z
  .object({ app: z.string(), label: z.string(), digest: z.string(), created: z.boolean() })
  .meta({ id: 'PublishedRevision' });

/** All of a published revision; it never changes. */
export const revisionDetailSchema = z
  .object({
    app: z.string(),
    label: z.string(),
    digest: z.string(),
    content: revisionContentSchema,
    provenance: provenanceSchema,
    createdBy: z.string(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'RevisionDetail' });

/** What a person looked at who presses. */
const seenSchema = z.strictObject({
  version: z.int().min(1).meta({ description: "The split's version" }),
  revision: revisionRefSchema.optional().meta({
    description: 'The one that is bad; the candidate of that version, else its stable one, where absent',
  }),
});

export const rollbackSchema = z
  .strictObject({
    environment: environmentSchema,
    takeOut: revisionRefSchema.optional().meta({
      description:
        'The revision to take out; where absent the one that was seen, else the candidate, else stable',
    }),
    to: revisionRefSchema.optional(),
    seen: seenSchema.optional(),
    force: z.boolean().default(false).meta({
      description:
        'Serve `to` though a gate or a guardrail condemned it, or it never was stable: an override',
    }),
    reason: reasonSchema,
  })
  .refine(({ force, to, reason }) => !force || (to !== undefined && reason !== undefined), {
    path: ['force'],
    message: 'needs `to` and a `reason`',
  });

export const rollbackResultSchema = z
  .object({
    result: z.enum(['done', 'already']),
    version: z.int(),
    takenOut: z.string().optional().meta({
      description: 'Of `already`: what was to be taken out, else what the newest rollback took out',
    }),
    takenOutAt: timestampSchema.optional().meta({ description: 'Of `already`: when that was taken out' }),
    serving: z.string(),
    servingSince: timestampSchema.optional().meta({ description: 'Of `already`' }),
    openRelease: z.object({ id: z.string(), label: z.string(), state: z.string() }).optional().meta({
      description: 'Of `already`: a release of the app that is on its way; an abort would end it',
    }),
    skipped: z.array(z.object({ revision: z.string(), reason: z.string() })).meta({
      description:
        'Former stable revisions that served later and were passed over, and why; also `serving`, where its models were found dead and nothing else was left',
    }),
    override: z.boolean().meta({ description: 'A person went over what a gate or a guardrail had found' }),
    confirmed: z.boolean().meta({ description: 'Every gateway serves it, or its lease has run out' }),
    waitingFor: z.array(z.string()),
    standby: z.enum(['synchronous', 'asynchronous', 'none', 'unknown']).meta({
      description:
        'Whether the write is on a synchronous standby, on none in time, or this is the only server',
    }),
  })
  .meta({ id: 'RollbackResult' });

export const healSchema = z.strictObject({
  environment: environmentSchema,
  to: revisionRefSchema.optional().meta({
    description: 'The revision that is right, where gateways disagree, or serve one that is not known here',
  }),
  reason: reasonSchema,
});

export const healResultSchema = z
  .object({
    result: z.enum(['healed', 'already']),
    version: z.int(),
    serving: z.string(),
    from: z.int().optional().meta({ description: 'The version that the database had; 0: none' }),
    gateways: z.array(z.string()).meta({ description: 'Who had served a newer one' }),
    condemned: z.string().optional().meta({
      description: 'What the database had as stable, where gateways had left it for something older',
    }),
    cleared: z.string().optional().meta({ description: 'Why `serving` was condemned until now' }),
  })
  .meta({ id: 'HealResult' });

export type Follows = z.infer<typeof followsSchema>;
export type Active = z.infer<typeof activeSchema>;
export type App = z.infer<typeof appSchema>;
export type PublishedRevision = z.infer<typeof publishedRevisionSchema>;
export type RevisionDetail = z.infer<typeof revisionDetailSchema>;
export type RollbackReadiness = z.infer<typeof rollbackReadinessSchema>;
export type Serving = z.infer<typeof servingSchema>;
export type HealResult = z.infer<typeof healResultSchema>;
export type RollbackResult = z.infer<typeof rollbackResultSchema>;
