/**
 * The texts of a list that is written as one text, `a, b, "c, d"`, as promptfoo reads it: spaces around a text and empty
 * texts go, a text in double quotes is kept as it is, and `""` in it is one.
 *
 * @throws SyntaxError for a quote that is not closed, or is followed by something else than a comma
 */
export function splitTexts(text: string): string[] {
  const texts: string[] = [];
  for (let at = afterSeparators(text, 0); at < text.length; at = afterSeparators(text, at)) {
    const [end, found] = text.charAt(at) === '"' ? quotedText(text, at) : plainText(text, at);
    texts.push(found);
    at = end;
  }
  return texts;
}

/** Each reads on from one place. */
const separators = /[\s,]*/y;
const quoted = /"((?:[^"]|"")*)"/y;
const spaces = /\s*/y;

function afterSeparators(text: string, from: number): number {
  return endOf(separators, text, from);
}

/** Where that ends which stands there. */
function endOf(expression: RegExp, text: string, from: number): number {
  expression.lastIndex = from;
  expression.test(text);
  return expression.lastIndex;
}

/** Where it ends, and what it says. */
type Read = [end: number, text: string];

function quotedText(text: string, from: number): Read {
  quoted.lastIndex = from;
  const inner = quoted.exec(text)?.[1];
  if (inner === undefined) throw new SyntaxError('has a quote that is not closed');
  const end = quoted.lastIndex;
  const next = text.charAt(endOf(spaces, text, end));
  if (next !== '' && next !== ',')
    throw new SyntaxError('has something else than a comma behind a text in quotes');
  return [end, inner.replaceAll('""', '"')];
}

function plainText(text: string, from: number): Read {
  const comma = text.indexOf(',', from);
  const end = comma === -1 ? text.length : comma;
  return [end, text.slice(from, end).trim()];
}
