import { z } from 'zod';
import { anyJsonSchema } from '../../domain/any-json.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { planSchema, plansSchemaOf } from '../../domain/release/plan.ts';
import { activeSchema } from './active.ts';
import { pageOf, reasonSchema, revisionRefSchema, timestampSchema } from './shared.ts';

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
  content: z.record(z.string(), anyJsonSchema),
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

export type App = z.infer<typeof appSchema>;
