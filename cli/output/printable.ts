import { visibleText } from '../../domain/text/visible-text.ts';
import type { Output } from './outputs.ts';

// Characters that Unicode keeps for a program's own use inside of itself, and that no text of others reaches the output
// with: the beginnings and the end of what we paint, and a line break that somebody else wrote.
const firstMark = 0xfdd0;
const foreignBreak = '\uFDE0';
/** The longest first. */
const foreignBreaks = ['\r\n', '\n', '\r', '\u2028', '\u2029'];

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
export function printable(composed: string): string {
  const text = composed.replaceAll(foreignBreak, ' ⏎ ');
  let printed = '';
  let copied = 0;
  marks.lastIndex = 0;
  while (marks.test(text)) {
    const at = marks.lastIndex - 1;
    if (at > copied) printed += visibleText(text.slice(copied, at));
    printed += renderedMark(text.charCodeAt(at));
    copied = at + 1;
  }
  return copied === 0 ? visibleText(text) : printed + visibleText(text.slice(copied));
}

const marks = /[\uFDD0-\uFDDF]/g;

function renderedMark(code: number): string {
  const colour = colourCodes[code - firstMark];
  return colour === undefined ? '' : `\u001B[${colour}m`;
}

/** An output that takes what the command composed. */
export function printableOutput(output: Output): Output {
  return {
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    write: (text) => output.write(printable(text)),
  };
}

/**
 * A value that others wrote (an answer of the API), so that it can be put into lines: its line breaks are marked, and it
 * holds none of our marks.
 */
export function foreign<Value>(value: Value): Value {
  return mapTexts(value, (text) =>
    foreignBreaks.reduce(
      (marked, found) => marked.replaceAll(found, foreignBreak),
      text.replaceAll(/[\uFDD0-\uFDEF]/g, '\uFFFD'),
    ),
  ) as Value;
}

/** Takes the marks of `foreign` back, for those who read JSON. */
export function asWritten(value: unknown): unknown {
  return mapTexts(value, (text) => text.replaceAll(foreignBreak, '\n'));
}

function mapTexts(value: unknown, of: (text: string) => string): unknown {
  if (typeof value === 'string') return of(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, of));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [of(name), mapTexts(each, of)]));
}
