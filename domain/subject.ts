import { z } from 'zod';

/** Whom a token stands for: a name, an address, `github:4711`. Never empty, no spaces, nothing that a terminal acts on. */
export const subjectSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'a subject has 1 to 200 printable ASCII characters without spaces');
