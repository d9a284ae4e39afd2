import { z } from 'zod';
import { roles } from '../auth/roles.ts';
import { nameSchema } from '../../domain/names.ts';

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
