import { z } from 'zod';
import { embeddingBindingSchema, judgeBindingSchema } from '../evaluation/judge.ts';
import { durationWithin } from '../duration.ts';
import { nameSchema } from './names.ts';
import { providerKindNames } from './provider-kinds.ts';

/** One of over a dollar a token is no price, and sums of it would overflow. */
const priceSchema = z.number().min(0).max(1_000_000);

/** Where a logical model is, and what it costs: for cost assertions and reports. */
const modelBindingSchema = z.strictObject({
  /** The provider's own name for it, where it differs: a deployment. */
  deployment: z.string().optional(),
  inputUsdPerMillionTokens: priceSchema.optional(),
  outputUsdPerMillionTokens: priceSchema.optional(),
  /** What it writes at most: Anthropic's API must be told a limit where neither caller nor revision sets one. */
  maxOutputTokens: z.int().min(1).optional(),
});

export const providerBindingSchema = z.strictObject({
  kind: z.enum(providerKindNames),
  /** As the kind's official SDK has it: `baseUrlForm`. */
  baseUrl: z.url(),
  /** Name of the environment variable that holds the key; the key itself never stands in a file. */
  apiKeyEnv: z.string().optional(),
  models: z.record(z.string(), modelBindingSchema).default({}),
});

const retrieverBindingSchema = z.strictObject({
  url: z.url(),
  apiKeyEnv: z.string().optional(),
});

const metricsBindingSchema = z.strictObject({
  kind: z.literal('prometheus'),
  /** Below which `/api/v1/query` is. */
  url: z
    .url({ protocol: /^https?$/ })
    .refine(hasNoUser, 'has no user and password: `apiKeyEnv` names a token'),
  /** Name of the environment variable that holds a bearer token. */
  apiKeyEnv: z.string().optional(),
  /** How long a look waits for all answers. */
  timeout: durationWithin('100ms', '10s').default('2s'),
});

/** What fails quotes its address. */
function hasNoUser(url: string): boolean {
  const { username, password } = URL.parse(url) ?? { username: '', password: '' };
  return username === '' && password === '';
}

/** An environment's map from logical names to places; the operator's, never the revision's. */
export const bindingSchema = z
  .strictObject({
    providers: z.record(nameSchema, providerBindingSchema),
    retrievers: z.record(nameSchema, retrieverBindingSchema).default({}),
    /** Models that score answers. */
    judges: z.record(nameSchema, judgeBindingSchema).optional(),
    /** Models behind `/v1/embeddings`, by the names that callers and assertions ask for. */
    embeddings: z.record(nameSchema, embeddingBindingSchema).optional(),
    /** Metric stores that `prometheus` guardrails ask. */
    metrics: z.record(nameSchema, metricsBindingSchema).optional(),
  })
  .superRefine(({ providers, judges = {}, embeddings = {} }, context) => {
    for (const [what, models] of Object.entries({ judges, embeddings })) {
      for (const [name, { provider }] of Object.entries(models)) {
        if (Object.hasOwn(providers, provider)) continue;
        const message = `there is no provider "${provider}" in this environment`;
        context.addIssue({ code: 'custom', path: [what, name, 'provider'], message });
      }
    }
  });

/** The file `sluice.environments.yaml`. */
export const environmentsFileSchema = z.strictObject({
  environments: z.record(nameSchema, bindingSchema),
});

export type Binding = z.infer<typeof bindingSchema>;
export type ProviderBinding = z.infer<typeof providerBindingSchema>;
export type EnvironmentsFile = z.infer<typeof environmentsFileSchema>;

/** The provider's own name of a logical model. */
export function deploymentOf({ models }: Pick<ProviderBinding, 'models'>, model: string): string {
  return (Object.hasOwn(models, model) ? models[model]?.deployment : undefined) ?? model;
}
