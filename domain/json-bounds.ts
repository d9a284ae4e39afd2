import { SluiceError } from './errors.ts';

/** Far deeper than any request, schema or tool input is, and far from what the stack can bear. */
export const maxJsonDepth = 100;
/** Each value costs work and some 100 bytes, however short it is written: 10 MB of `[],` are 3 million of them. */
export const maxJsonValues = 250_000;
/** Of one object: several times what vendors take of any. Each of many more costs the engine three times as much. */
export const maxJsonNames = 20_000;

export interface JsonBounds {
  readonly depth: number;
  readonly values: number;
  /** Of one object. */
  readonly names: number;
}
/** What of a JSON text is over its bounds. */
export type JsonExcess = keyof JsonBounds;

const requestBounds: JsonBounds = { depth: maxJsonDepth, values: maxJsonValues, names: maxJsonNames };
/** What a gateway composes anew for each target, some 10 µs a value: a thousand turns with their tool calls are 20,000. */
export const modelRequestBounds: JsonBounds = { ...requestBounds, values: 50_000 };
/** What we wrote ourselves, or a provider around what it was asked: deeper than that, with each token's probabilities. */
export const answerBounds: JsonBounds = { ...requestBounds, depth: 4 * maxJsonDepth, values: Infinity };

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** What of a JSON text is over its bounds; undefined where nothing is, or where it is no JSON. Reads each byte once. */
export function jsonExcess(text: Uint8Array, bounds = requestBounds): JsonExcess | undefined {
  const size = jsonSize(text, bounds);
  return typeof size === 'number' ? undefined : size;
}

/**
 * How many values a JSON text has, an empty list or object as if it had one; what is over its bounds where something is.
 * Of what is no JSON it is some number.
 */
export function jsonSize(text: Uint8Array, bounds: JsonBounds): number | JsonExcess {
  let depth = 0;
  let values = 1;
  // By depth, how many commas may yet come before there are too many names; in a list as many as like.
  const left = new Int32Array(bounds.depth + 1);
  for (let i = 0; i < text.length; i += 1) {
    const byte = text[i];
    if (byte === quote) i = endOfString(text, i);
    else if (byte === closeBrace || byte === closeBracket) depth = Math.max(0, depth - 1);
    else if (byte === openBrace || byte === openBracket) {
      values += 1;
      depth += 1;
      if (depth > bounds.depth) return 'depth';
      left[depth] = byte === openBrace ? bounds.names : anyNumber;
    } else if (byte === comma) {
      values += 1;
      const names = (left[depth] ?? 0) - 1;
      if (names === 0) return 'names';
      left[depth] = names;
    } else continue;
    if (values > bounds.values) return 'values';
  }
  return values;
}

/** More than a text has characters. */
const anyNumber = 2 ** 31 - 1;

/** Where the string ends that begins at a quote: at the next one that no backslash escapes. */
function endOfString(text: Uint8Array, start: number): number {
  let end = start + 1;
  while (end < text.length) {
    const near = Math.min(end + soon, text.length);
    while (end < near && text[end] !== quote) end += text[end] === backslash ? 2 : 1;
    if (end < near) return end;
    const found = text.indexOf(quote, end);
    if (found < 0) return text.length;
    if (!isEscaped(text, found, end)) return found;
    end = found + 1;
  }
  return text.length;
}

/** In bytes: a name or a word ends within, and is found as quickly as the search for a quote further on would begin. */
const soon = 32;

/** Is an odd number of backslashes before it, from a place on that none escapes? */
function isEscaped(text: Uint8Array, at: number, from: number): boolean {
  let first = at;
  while (first > from && text[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

/**
 * JSON is read recursively, and each of its values is worth work: what is nested deeper or has more of them than
 * anybody needs is refused before it is parsed. Throws `invalid_request`.
 */
export function assertBoundedJson(text: Uint8Array, what: string, bounds = requestBounds): void {
  const excess = jsonExcess(text, bounds);
  if (excess === undefined) return;
  const [why, remedy] = complaints[excess](bounds);
  throw new SluiceError('invalid_request', `${what} ${why}.`, { remedy });
}

const complaints: Readonly<
  Record<JsonExcess, (bounds: JsonBounds) => readonly [why: string, remedy: string]>
> = {
  depth: ({ depth }) => [`is nested deeper than ${depth} levels`, 'Send it flatter.'],
  values: ({ values }) => [`has more than ${values} values`, 'Send fewer of them; a long text is one value.'],
  names: ({ names }) => [
    `has an object of more than ${names} names`,
    'Send a list of them, or several objects.',
  ],
};
