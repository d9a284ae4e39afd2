/**
 * The texts of a list that is written as one text, `a, b, "c, d"`, as promptfoo reads it: spaces around a text and empty
 * texts go, a text in double quotes is kept as it is, and `""` in it is one.
 *
 * @throws SyntaxError for a quote that is not closed, or is followed by something else than a comma
 */
export function splitTexts(text: string): string[] {
  const texts: string[] = [];
  for (let at = afterSeparators(text, 0); at < text.length; at = afterSeparators(text, at)) {
    const [end, found] = text.charCodeAt(at) === quote ? quotedText(text, at) : plainText(text, at);
    texts.push(found);
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

/** Where it ends, and what it says. */
type Read = [end: number, text: string];

function quotedText(text: string, from: number): Read {
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
  const inner = text.slice(from + 1, end);
  return [end + 1, isDoubled ? inner.replaceAll('""', '"') : inner];
}

function nextQuote(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== quote) at += 1;
  return at;
}

function plainText(text: string, from: number): Read {
  const found = text.indexOf(',', from);
  const end = found === -1 ? text.length : found;
  return [end, text.slice(from, end).trim()];
}
