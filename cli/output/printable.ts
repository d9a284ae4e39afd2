import { mapFields, mapItems } from '../../domain/mapped.ts';
import { createRewriter } from '../../domain/text/rewriter.ts';
import { breakMark, isLineBreak, writtenOut } from '../../domain/text/visible-text.ts';
import type { Output } from './outputs.ts';

// Characters that Unicode keeps for a program's own use inside of itself, and that no text of others reaches the output
// with: the beginnings and the end of what we paint, and a line break that somebody else wrote.
const [firstMark, lastMark, lastOwn] = [0xfdd0, 0xfddf, 0xfdef];
const foreignBreak = 0xfde0;

/** The mark of a colour's code as terminals know it (`31`), or of the end of all colours (`0`). */
export function colourMark(code: number): string {
  const index = colourCodes.indexOf(code);
  return index === -1 ? '' : String.fromCharCode(firstMark + index);
}

const colourCodes: readonly number[] = [0, 1, 2, 31, 32, 33, 36];

/**
 * A text as the command composed it, for a terminal or a log: our colours become the terminal's, and nothing else does
 * that the terminal would act upon.
 */
export const printable = createRewriter(
  (code) => {
    if (code === foreignBreak) return breakMark;
    return code >= firstMark && code <= lastMark ? renderedMark(code) : writtenOut(code);
  },
  { joinsBreaks: true },
);

function renderedMark(code: number): string {
  const colour = colourCodes[code - firstMark];
  return colour === undefined ? '' : `\u001B[${colour}m`;
}

/** An output that takes what the command composed; `shown` is what comes of that. */
export function printableOutput(output: Output, shown: (composed: string) => string = printable): Output {
  return {
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
    write: (text) => output.write(shown(text)),
  };
}

/**
 * A value that others wrote (an answer of the API), so that it can be put into lines: its line breaks are marked, and it
 * holds none of our marks.
 */
export function foreign<Value>(value: Value): Value {
  return mapTexts(value, marked) as Value;
}

const marked = createRewriter(
  (code) => {
    if (code >= firstMark && code <= lastOwn) return '\uFFFD';
    return isLineBreak(code) ? String.fromCharCode(foreignBreak) : undefined;
  },
  { joinsBreaks: true },
);

/** Takes the marks of `foreign` back, for those who read JSON. */
export function asWritten(value: unknown): unknown {
  return mapTexts(value, unmarked);
}

const unmarked = createRewriter((code) => (code === foreignBreak ? '\n' : undefined));

/** The value itself where that changes none of its texts and names, as it mostly does. */
function mapTexts(value: unknown, of: (text: string) => string): unknown {
  const mapped = (each: unknown): unknown => {
    if (typeof each === 'string') return of(each);
    if (typeof each !== 'object' || each === null) return each;
    return Array.isArray(each)
      ? mapItems(each as readonly unknown[], mapped)
      : mapFields(each as Readonly<Record<string, unknown>>, mapped, of);
  };
  return mapped(value);
}
