const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Where a member of an object stands in its text: its name from `start`, its value from `value` to `end`. */
interface Member {
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/**
 * The text of a JSON object with a member's value replaced, or set where there is none of that name: everything else
 * stays as it was written. The text must be one that `JSON.parse` takes.
 */
export function withMember(text: string, name: string, value: string, from = 0): string {
  const start = text.indexOf('{', from);
  const found = findMember(text, name, start);
  if (found !== undefined) return text.slice(0, found.value) + value + text.slice(found.end);
  const isEmpty = text.charCodeAt(afterSpace(text, start + 1)) === closeBrace;
  return `${text.slice(0, start + 1)}${JSON.stringify(name)}:${value}${isEmpty ? '' : ','}${text.slice(start + 1)}`;
}

/** The same for a member of an object that is itself a member: `{"message":{"id":…}}`. */
export function withInnerMember(
  text: string,
  [outer, name]: readonly [string, string],
  value: string,
): string {
  const found = findMember(text, outer, text.indexOf('{'));
  return found === undefined ? text : withMember(text, name, value, found.value);
}

/** The text of a JSON object without a member. */
export function withoutMember(text: string, name: string): string {
  const found = findMember(text, name, text.indexOf('{'));
  if (found === undefined) return text;
  const next = afterSpace(text, found.end);
  if (text.charCodeAt(next) === comma)
    return text.slice(0, found.start) + text.slice(afterSpace(text, next + 1));
  const before = text.slice(0, found.start).trimEnd();
  return (before.endsWith(',') ? before.slice(0, -1) : before) + text.slice(found.end);
}

/** The first member of that name of the object that begins at `start`. */
function findMember(text: string, name: string, start: number): Member | undefined {
  let at = afterSpace(text, start + 1);
  while (text.charCodeAt(at) === quote) {
    const endOfName = endOfString(text, at);
    const value = afterSpace(text, afterSpace(text, endOfName) + 1); // past the colon
    const end = endOfValue(text, value);
    if (isNamed(text, name, at, endOfName)) return { start: at, value, end };
    at = afterSpace(text, end);
    if (text.charCodeAt(at) === comma) at = afterSpace(text, at + 1);
  }
  return undefined;
}

function isNamed(text: string, name: string, start: number, end: number): boolean {
  if (end - start === name.length + 2 && text.startsWith(name, start + 1)) return true;
  // A name may be written with escapes.
  return text.slice(start, end).includes('\\') && JSON.parse(text.slice(start, end)) === name;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** Behind the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (text.charCodeAt(first - 1) === backslash) first -= 1;
    if ((at - first) % 2 === 0) return at + 1;
  }
  return text.length;
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start);
  if (first === openBrace || first === openBracket) return endOfNested(text, start);
  let at = start;
  while (at < text.length && !endsPrimitive(text.charCodeAt(at))) at += 1;
  return at;
}

function endsPrimitive(code: number): boolean {
  return code === comma || code === closeBrace || code === closeBracket || code <= 0x20;
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
