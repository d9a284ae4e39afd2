import { Units } from './units.ts';
import { RewritingTable, goes, ofOnce, stays } from './rewriting-table.ts';

/** Writes some characters of a text as something else; gives the text itself back where all of it stays. */
type Rewriter = (text: string) => string;

interface RewriterOptions {
  /** What comes once, however many characters that are written so follow on each other. */
  readonly once?: string;
  /** Is a line break of Windows read as one of everybody else's? */
  readonly joinsBreaks?: boolean;
}

/**
 * A rewriter that writes a character as `of` says of its code point (halves of pairs have one, too), or lets it stay where
 * that is undefined. Each is asked for once in a process.
 */
export function createRewriter(
  of: (code: number) => string | undefined,
  { once = '', joinsBreaks = false }: RewriterOptions = {},
): Rewriter {
  // Made when the first text comes: most programs write few.
  let made: { readonly table: RewritingTable; readonly written: Units } | undefined;
  return (text) => {
    made ??= { table: new RewritingTable(of, once, joinsBreaks), written: new Units() };
    const first = made.table.endOfStaying(text, 0);
    return first === text.length ? text : rewritten(text, first, made.table, made.written);
  };
}

function rewritten(text: string, first: number, table: RewritingTable, written: Units): string {
  written.begin(text.slice(0, first));
  const { numbers } = table;
  let last = stays;
  for (let at = first; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    let number = numbers[unit] ?? stays;
    if (number === stays) {
      written.addUnit(unit);
      last = stays;
      continue;
    }
    const code = text.codePointAt(at) ?? unit;
    number = table.numberAt(text, at, code);
    if (number === stays) written.addUnit(unit);
    else if (number !== goes && !(number === ofOnce && last === ofOnce)) table.write(written, number);
    if (number !== goes) last = number;
    if (code > 0xffff) {
      at += 1;
      if (number === stays) written.addUnit(text.charCodeAt(at));
    }
  }
  return written.end();
}
