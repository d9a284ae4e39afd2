import { z } from 'zod';
import { freeTextSchema } from '../../domain/text/free-text.ts';
import { nameSchema, revisionRefSchema as refSchema } from '../../domain/revision/names.ts';

/** An RFC 9457 problem: `code` is Sluice's own word, `remedy` says what to do next. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    remedy: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** Facts for programs, such as the id of the release that keeps an app busy. */
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem' });

export const revisionRefSchema = refSchema.meta({
  description: 'A label, or a digest, or the beginning of one',
});

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(50),
  cursor: z.string().optional().meta({ description: '`nextCursor` of the page before' }),
});

export const timestampSchema = z.iso.datetime().meta({ description: 'UTC, by the clock of the database' });
export const idSchema = z.string().min(1).max(100);
export const releaseParamsSchema = z.object({ id: idSchema });
export const environmentSchema = nameSchema.default('production');
export const reasonSchema = freeTextSchema.optional();

/** A page of items, newest first. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

export type ProblemBody = z.infer<typeof problemSchema>;
