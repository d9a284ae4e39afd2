import { z } from 'zod';

/** What every database and page can hold: no control characters, and no halves of a character. */
const toldTextSchema = z
  .string()
  .max(100)
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u, 'is one line of text');

/** A value that something can be told with of an answer. */
export const toldValueSchema = z.union([toldTextSchema, z.number(), z.boolean()], {
  error: 'is a text of one line and at most 100 characters, a number, true or false',
});
