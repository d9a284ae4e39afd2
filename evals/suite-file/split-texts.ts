/**
 * The texts of a list that is written as one text, `a, b, "c, d"`, as promptfoo reads it: spaces around a text and empty
 * texts go, a text in double quotes is kept as it is, and `""` in it is one.
 *
 * @throws SyntaxError for a quote that is not closed, or is followed by something else than a comma
 */
export function splitTexts(text: string): string[] {
  const texts: string[] = [];
  for (let rest = text.replace(separators, ''); rest !== ''; rest = rest.replace(separators, '')) {
    const [written, found] = rest.startsWith('"') ? quotedText(rest) : plainText(rest);
    texts.push(found);
    rest = rest.slice(written);
  }
  return texts;
}

const separators = /^[\s,]+/;

/** How much of the text was read, and what it says. */
type Read = [written: number, text: string];

function quotedText(rest: string): Read {
  const [written, inner] = /^"((?:[^"]|"")*)"/.exec(rest) ?? [];
  if (written === undefined || inner === undefined) throw new SyntaxError('has a quote that is not closed');
  const next = rest.slice(written.length).trimStart();
  if (next !== '' && !next.startsWith(',')) {
    throw new SyntaxError('has something else than a comma behind a text in quotes');
  }
  return [written.length, inner.replaceAll('""', '"')];
}

function plainText(rest: string): Read {
  const end = rest.indexOf(',');
  const written = end === -1 ? rest.length : end;
  return [written, rest.slice(0, written).trim()];
}
