import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { setField } from '../../domain/set-field.ts';
import { isJsonArray, isJsonObject } from '../../protocols/fields.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import { redactKeys } from '../../domain/text/redact-keys.ts';
import { createQuotes } from './quotes.ts';

/** What a provider was sent, and may say again in its errors. */
export interface Sent {
  readonly apiKey: string | undefined;
  readonly body: JsonObject;
}

/**
 * The failure without what its provider quotes of the key and of what it was asked: its words go to callers, logs,
 * evidence and histories, and the prompt is not always the caller's. Codes, names and limits stay.
 */
export function cleanFailure(failed: ProviderFailure, { apiKey, body }: Sent): ProviderFailure {
  const { code, message, param, said } = failed;
  const words = [
    message,
    ...(param === undefined ? [] : [param]),
    ...(said === undefined ? [] : textsOf(said.error)),
  ];
  const withoutKeys = keyStriker(apiKey);
  const quotes = createQuotes(words, textsOf(withoutNames(body)));
  const clean = (text: string): string => quotes.strike(withoutKeys(text));
  return {
    ...failed,
    code: withoutKeys(code),
    message: clean(message),
    ...(param === undefined ? {} : { param: clean(param) }),
    ...(said === undefined ? {} : { said: { ...said, error: mapTexts(said.error, clean) } }),
  };
}

/** What models, tools and settings are called is no content, and what an error is about. */
function withoutNames({ model: _model, ...body }: JsonObject): JsonObject {
  return body;
}

/** Of a key as much as tells it: vendors show its beginning and its end. */
const keyFragment = 8;

/** Strikes what looks like a key out of a text, and what is of this one. */
function keyStriker(key: string | undefined): (text: string) => string {
  if (key === undefined || key.length < keyFragment) return redactKeys;
  const fragments = new Set<string>();
  for (let at = 0; at + keyFragment <= key.length; at += 1) fragments.add(key.slice(at, at + keyFragment));
  return (text) => redactKeys(withoutKey(text, fragments));
}

function withoutKey(text: string, fragments: ReadonlySet<string>): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at + keyFragment <= text.length; at += 1) {
    if (!fragments.has(text.slice(at, at + keyFragment))) continue;
    if (at > copied) result += `${text.slice(copied, at)}[key]`;
    else if (result === '' && copied === 0) result = '[key]';
    copied = at + keyFragment;
    while (fragments.has(text.slice(copied - keyFragment + 1, copied + 1))) copied += 1;
    at = copied - 1;
  }
  return result + text.slice(copied);
}

/** All texts of a value; what its fields are called is a protocol's. */
function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (isJsonArray(value)) return value.flatMap(textsOf);
  return isJsonObject(value) ? Object.keys(value).flatMap((name) => textsOf(value[name] ?? null)) : [];
}

function mapTexts(object: JsonObject, of: (text: string) => string): JsonObject {
  const mapped = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return of(value);
    if (isJsonArray(value)) return value.map(mapped);
    return isJsonObject(value) ? mapTexts(value, of) : value;
  };
  const cleaned: Record<string, JsonValue> = {};
  for (const name of Object.keys(object)) setField(cleaned, name, mapped(object[name] ?? null));
  return cleaned;
}
