/**
 * The texts of a list that is written as one text, `a, b, "c, d"`, as promptfoo reads it: spaces around a text and empty
 * texts go, a text in double quotes is kept as it is, and `""` in it is one.
 *
 * @throws SyntaxError for a quote that is not closed, or is followed by something else than a comma
 */
export function splitTexts(text: string): string[] {
  const texts: string[] = [];
  for (let at = afterSeparators(text, 0); at < text.length; at = afterSeparators(text, at)) {
    const isQuoted = text.charCodeAt(at) === quote;
    const end = isQuoted ? endOfQuoted(text, at) : endOfPlain(text, at);
    texts.push(isQuoted ? unquoted(text, at, end) : trimmed(text, at, end));
    at = end;
  }
  return texts;
}

const [quote, comma] = [0x22, 0x2c];

function afterSeparators(text: string, from: number): number {
  let at = from;
  while (at < text.length && (text.charCodeAt(at) === comma || isSpace(text.charCodeAt(at)))) at += 1;
  return at;
}

function afterSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** What is cut off a text's ends. */
function isSpace(code: number): boolean {
  if (code > 0x20 && code < 0x80) return false;
  return code === 0x20 || String.fromCharCode(code).trim() === '';
}

/** Behind the quote that ends the text that begins with one. */
function endOfQuoted(text: string, from: number): number {
  const notCommas = 'has something else than a comma behind a text in quotes';
  let end = nextQuote(text, from + 1);
  let isDoubled = false;
  while (end < text.length && text.charCodeAt(end + 1) === quote) {
    isDoubled = true;
    end = nextQuote(text, end + 2);
  }
  if (end >= text.length) throw new SyntaxError(isDoubled ? notCommas : 'has a quote that is not closed');
  const next = afterSpaces(text, end + 1);
  if (next < text.length && text.charCodeAt(next) !== comma) throw new SyntaxError(notCommas);
  return end + 1;
}

function unquoted(text: string, from: number, end: number): string {
  const inner = text.slice(from + 1, end - 1);
  return inner.includes('"') ? inner.replaceAll('""', '"') : inner;
}

function nextQuote(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== quote) at += 1;
  return at;
}

/** In characters: a search costs more than to look at so many. */
const soon = 16;

function endOfPlain(text: string, from: number): number {
  const near = Math.min(from + soon, text.length);
  let at = from;
  while (at < near && text.charCodeAt(at) !== comma) at += 1;
  if (at < near) return at;
  const found = text.indexOf(',', at);
  return found === -1 ? text.length : found;
}

/** Without the spaces at its end; it begins with none. */
function trimmed(text: string, from: number, to: number): string {
  let end = to;
  while (isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(from, end);
}
