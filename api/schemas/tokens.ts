import { z } from 'zod';
import { actions } from '../../domain/access/actions.ts';
import { durationWithin } from '../../domain/duration.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { roles } from '../../domain/access/roles.ts';
import { subjectSchema } from '../../domain/subject.ts';
import { pageOf, timestampSchema } from './shared.ts';

const lifeSchema = durationWithin('1m', '3650d').meta({
  description: 'From now; absent: it does not expire',
});

/** What a token may be narrowed to. */
export const scopeFields = {
  apps: z.array(nameSchema).min(1).max(100).optional().meta({ description: 'Absent: of all apps' }),
  actions: z
    .array(z.enum(actions))
    .min(1)
    .max(actions.length)
    .optional()
    .meta({ description: 'Absent: all that its role may do' }),
};

export const createTokenSchema = z.strictObject({
  name: nameSchema,
  role: z.enum(roles),
  ...scopeFields,
  subject: subjectSchema.optional().meta({ description: 'Whom it stands for; its name where absent' }),
  content: z.boolean().default(false).meta({ description: 'May read answers, samples and explanations' }),
  expiresIn: lifeSchema.optional(),
});

export const rotateTokenSchema = z.strictObject({
  overlap: durationWithin('0s', '30d')
    .default('0s')
    .meta({ description: 'For how long the old one is still good; `0s`: not at all' }),
  expiresIn: lifeSchema.optional().meta({ description: 'Absent: as long as the old one was made for' }),
});

const secret = z.string().meta({ description: 'Shown this once: only its SHA-256 is kept' });
const roleSchema = z.enum(roles);

export const createdTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    expiresAt: timestampSchema.optional(),
    token: secret,
  })
  .meta({ id: 'CreatedToken' });

export const rotatedTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    oldUntil: timestampSchema.meta({ description: 'Until when the old one is good' }),
    expiresAt: timestampSchema.optional(),
    token: secret,
  })
  .meta({ id: 'RotatedToken' });

export const revokedTokenSchema = z
  .object({ name: z.string(), revoked: z.boolean().meta({ description: 'False: it was not valid before' }) })
  .meta({ id: 'RevokedToken' });

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    subject: z.string(),
    apps: z.array(z.string()).readonly().optional(),
    actions: z.array(z.string()).readonly().optional(),
    content: z.boolean(),
    madeBy: z.string().optional(),
    createdAt: timestampSchema,
    expiresAt: timestampSchema.optional(),
    lastUsedAt: timestampSchema.optional().meta({ description: 'To the minute' }),
    replacedAt: timestampSchema
      .optional()
      .meta({ description: 'Since when another has its place; it is good until it expires' }),
    revokedAt: timestampSchema.optional().meta({ description: 'Since when it is not valid any more' }),
  })
  .meta({ id: 'Token' });

export const tokenPageSchema = pageOf(tokenSchema);

export type CreatedToken = z.infer<typeof createdTokenSchema>;
export type RotatedToken = z.infer<typeof rotatedTokenSchema>;
export type RevokedToken = z.infer<typeof revokedTokenSchema>;
export type TokenPage = z.infer<typeof tokenPageSchema>;
