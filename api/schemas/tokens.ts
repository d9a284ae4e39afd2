import { z } from 'zod';
import { roles } from '../../domain/roles.ts';
import { nameSchema } from '../../domain/names.ts';
import { pageOf, timestampSchema } from './shared.ts';

export const createTokenSchema = z.strictObject({ name: nameSchema, role: z.enum(roles) });

export const createdTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles),
    token: z.string().meta({ description: 'Shown this once: only its SHA-256 is kept' }),
  })
  .meta({ id: 'CreatedToken' });

export const revokedTokenSchema = z
  .object({ name: z.string(), revoked: z.boolean().meta({ description: 'False: it was not valid before' }) })
  .meta({ id: 'RevokedToken' });

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles),
    createdAt: timestampSchema,
    revokedAt: timestampSchema.optional().meta({ description: 'Since when it is not valid any more' }),
  })
  .meta({ id: 'Token' });

export const tokenPageSchema = pageOf(tokenSchema);

export type CreatedToken = z.infer<typeof createdTokenSchema>;
export type RevokedToken = z.infer<typeof revokedTokenSchema>;
export type TokenPage = z.infer<typeof tokenPageSchema>;
