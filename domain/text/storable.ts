import type { JsonValue } from '../json.ts';
import { setField } from '../set-field.ts';
import { createRewriter } from './rewriter.ts';

const unstorable = '\u0000';
const withoutUnstorable = createRewriter((code) => (code === 0 ? '\uFFFD' : undefined));

/**
 * A text as PostgreSQL can keep it: it has neither NUL nor half of a surrogate pair. For what quotes somebody (a
 * caller's names, a retriever's versions, a provider's message): a row must not be lost, or stand in the way of others,
 * for a character that nobody reads. Never for content that has a digest: that is refused.
 */
export function storableText(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.includes(unstorable) ? withoutUnstorable(wellFormed) : wellFormed;
}

/** Like `storableText`, for all names and texts of a value. */
export function storable(value: unknown): JsonValue | undefined {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map((each) => storable(each) ?? null);
  if (typeof value !== 'object' || value === null) return value as JsonValue | undefined;
  const kept: Record<string, JsonValue> = {};
  for (const name of Object.keys(value)) {
    const field = storable((value as Readonly<Record<string, unknown>>)[name]);
    if (field !== undefined) setField(kept, storableText(name), field);
  }
  return kept;
}
