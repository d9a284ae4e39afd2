import { z } from 'zod';
import { SluiceError } from '../domain/errors.ts';

/** Parses a request body. Throws `invalid_request` saying what is wrong with it. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new SluiceError('invalid_request', z.prettifyError(parsed.error), {
    remedy: 'Correct the request body.',
  });
}
