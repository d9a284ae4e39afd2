import { z } from 'zod';

/** Names of apps, environments, prompts, plans, suites, providers and retrievers: they stand in URLs and in model names. */
export const nameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a name has lower-case letters, digits and dashes, at most 63',
  )
  // Every object has one: what is looked up by such a name is found where nobody has put it.
  .refine((name) => name !== 'constructor', 'nothing can be called "constructor"');

/** Would people or programs take this for a digest, or the beginning of one? In any case of letters. */
function looksLikeDigest(text: string): boolean {
  return /^rev_/i.test(text) || /^[0-9a-f]{8,64}$/i.test(text);
}

/** A label of a revision, unique per app: `rag-answer-v4`. */
export const labelSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/,
    'a label has letters, digits, dots, dashes and underscores',
  )
  .refine(
    (label) => !looksLikeDigest(label),
    'a label is not written like a digest: it does not begin with "rev_", and is not 8 to 64 hexadecimal digits',
  );

/** What names a revision of an app: its label, its digest, or 8 or more of that one's first digits. */
export const revisionRefSchema = z
  .string()
  .regex(
    /^(?:rev_[0-9a-f]{8,64}|(?!rev_)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?)$/,
    'a revision is named by its label, or by 8 or more digits of its digest',
  );
