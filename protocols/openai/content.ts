import type { JsonValue } from '../../domain/json.ts';
import type { Part } from '../request.ts';
import { fieldError, isJsonArray } from '../fields.ts';

/** Content as both of OpenAI's protocols have it: a text, or an array of parts. Throws `invalid_request`. */
export function openaiContentOf(
  partOf: (part: JsonValue, path: string) => Part,
  value: JsonValue | undefined,
  path: string,
): Part[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!isJsonArray(value)) throw fieldError(path, `"${path}" must be a string or an array of parts.`);
  return value.map((part, i) => partOf(part, `${path}[${i}]`));
}
