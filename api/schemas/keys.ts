import { z } from 'zod';
import { keyDefaults, keyScopes } from '../../domain/access/gateway-key.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { pageOf, pageQuerySchema, timestampSchema } from './shared.ts';

const scopesSchema = z.array(z.enum(keyScopes)).min(1).max(keyScopes.length);
const limits = {
  requestsPerMinute: z.int().min(1).max(10_000_000),
  inFlight: z.int().min(1).max(100_000),
};

export const createKeySchema = z.strictObject({
  name: nameSchema,
  apps: z.array(nameSchema).min(1).max(100),
  scopes: scopesSchema.default(['call']),
  environments: z.array(nameSchema).min(1).max(20).optional().meta({ description: 'All, if left out' }),
  requestsPerMinute: limits.requestsPerMinute
    .default(keyDefaults.requestsPerMinute)
    .meta({ description: 'At each gateway' }),
  inFlight: limits.inFlight.default(keyDefaults.inFlight).meta({ description: 'At each gateway' }),
});

export const createdKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    key: z.string().meta({ description: 'Shown this once: only its SHA-256 is kept' }),
  })
  .meta({ id: 'CreatedKey' });

export const revokedKeySchema = z
  .object({ name: z.string(), revoked: z.boolean().meta({ description: 'False: it was not valid before' }) })
  .meta({ id: 'RevokedKey' });

export const keyQuerySchema = pageQuerySchema.extend({ app: nameSchema.optional() });

export const keyPageSchema = pageOf(
  z
    .object({
      id: z.string(),
      name: z.string(),
      apps: z.array(z.string()),
      scopes: scopesSchema,
      environments: z.array(z.string()).optional(),
      ...limits,
      createdAt: timestampSchema,
      revokedAt: timestampSchema.optional().meta({ description: 'Since when it is not valid any more' }),
    })
    .meta({ id: 'Key' }),
);

export type CreatedKey = z.infer<typeof createdKeySchema>;
export type RevokedKey = z.infer<typeof revokedKeySchema>;
export type KeyPage = z.infer<typeof keyPageSchema>;
