import { z } from 'zod';
import { oneLine } from './one-line.ts';
import { redactKeys } from './redact-keys.ts';

/**
 * What a person, a pipeline or another program writes in free words, as it may be kept: one line, since it stands in
 * logs, lists and terminals among lines of ours; without keys that somebody has pasted into it, since it stands in the
 * audit log for ever.
 */
export function keptWords(text: string): string {
  return redactKeys(oneLine(text));
}

/** In characters. */
const most = 2000;

/** Free words: a reason, a note. Every text of that kind is read by this schema. */
export const freeTextSchema = z.string().max(most).overwrite(keptWords).min(1);
