import { z } from 'zod';

/** Names of apps, environments, prompts, plans, suites, providers and retrievers: they stand in URLs and in model names. */
export const nameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a name has lower-case letters, digits and dashes, at most 63',
  );

/** A label of a revision, unique per app: `rag-answer-v4`. */
export const labelSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/,
    'a label has letters, digits, dots, dashes and underscores',
  )
  .refine(
    (label) => !label.startsWith('rev_'),
    'a label does not begin with "rev_": that is how digests begin',
  );

/** A revision's digest: `rev_` and the SHA-256 of its canonical JSON in hexadecimal. */
export const revisionDigestSchema = z
  .string()
  .regex(/^rev_[0-9a-f]{64}$/, 'a revision digest is rev_ and 64 hexadecimal digits');
