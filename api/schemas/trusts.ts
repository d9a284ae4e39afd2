import { z } from 'zod';
import { durationWithin } from '../../domain/duration.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { oidcProviders } from '../../domain/access/oidc.ts';
import { roles } from '../../domain/access/roles.ts';
import { pageOf, timestampSchema } from './shared.ts';
import { scopeFields } from './tokens.ts';

/** Compared as it is, character by character: no patterns. */
const exact = z.string().regex(/^[\x21-\x7e]{1,400}$/, 'has 1 to 400 printable characters without spaces');

const pins = {
  provider: z.enum(oidcProviders),
  audience: exact.meta({ description: 'What the runs ask their tokens for: the URL of this API, say' }),
  repositoryId: z
    .string()
    .regex(/^[0-9]{1,20}$/, 'is the number of the repository, which no name can take over'),
  ref: exact.regex(/^refs\//, 'is a whole ref, such as refs/heads/main'),
  workflow: exact.regex(/^[^@]+$/, 'is a path without @').meta({
    description: "The path of the workflow's file: `.github/workflows/release.yml`, `.gitlab-ci.yml`",
  }),
};

export const createTrustSchema = z.strictObject({
  name: nameSchema,
  ...pins,
  issuer: z.url().optional().meta({
    description:
      "Of an own GitHub or GitLab server, as in SLUICE_OIDC_ISSUERS; the provider's cloud where absent",
  }),
  environment: exact.nullable().meta({ description: 'null: of any, and of none' }),
  events: z.array(exact).min(1).max(20).optional().meta({
    description: 'What may have set the run off; by default nothing that a foreign change does',
  }),
  role: z.enum(roles),
  ...scopeFields,
  ttl: durationWithin('1m', '12h').default('1h').meta({ description: 'How long an exchanged token is good' }),
});

export const trustSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    provider: z.enum(oidcProviders),
    issuer: z.string(),
    audience: z.string(),
    repositoryId: z.string(),
    ref: z.string(),
    environment: z.string().optional(),
    workflow: z.string(),
    events: z.array(z.string()).readonly(),
    role: z.enum(roles),
    apps: z.array(z.string()).readonly().optional(),
    actions: z.array(z.string()).readonly().optional(),
    ttlMs: z.number(),
    madeBy: z.string(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Trust' });

export const trustPageSchema = pageOf(trustSchema);

export const removedTrustSchema = z
  .object({ name: z.string(), removed: z.boolean().meta({ description: 'False: there was none' }) })
  .meta({ id: 'RemovedTrust' });

export const exchangeSchema = z.strictObject({
  token: z.string().min(1).meta({ description: 'The token that the CI provider has signed' }),
  trust: nameSchema.optional().meta({ description: 'Which, where the run may come by several' }),
});

export const exchangedSchema = z
  .object({
    token: z.string().meta({ description: 'A bearer token; shown this once' }),
    expiresAt: timestampSchema,
    trust: z.string(),
    role: z.enum(roles),
    apps: z.array(z.string()).readonly().optional(),
    actions: z.array(z.string()).readonly().optional(),
  })
  .meta({ id: 'ExchangedToken' });

export type Trust = z.infer<typeof trustSchema>;
export type TrustPage = z.infer<typeof trustPageSchema>;
export type ExchangedToken = z.infer<typeof exchangedSchema>;
