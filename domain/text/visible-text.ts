import { createRewriter } from './rewriter.ts';

/**
 * What a terminal, an editor or a log viewer acts upon instead of showing it, beside control characters: those by which a
 * text is shown in another order than it is written, or not at all. From and to, in order. Joiners of scripts and emoji
 * are none of them.
 */
const acted: readonly (readonly [from: number, to: number])[] = [
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

const [tab, lineFeed, carriageReturn] = [0x09, 0x0a, 0x0d];
const [lineSeparator, paragraphSeparator] = [0x2028, 0x2029];

/** Whether it is acted upon; control characters of both sets are (ESC and the one-character CSI among them), and halves of pairs. */
function isActed(code: number): boolean {
  if (code < 0x20) return code !== lineFeed && code !== tab;
  if (code < 0x7f) return false;
  if (code < 0xa0 || (code >= 0xd800 && code <= 0xdfff)) return true;
  for (const [from, to] of acted) if (code <= to) return code >= from;
  return false;
}

function hexOf(code: number): string {
  return code.toString(16).padStart(4, '0');
}

/** How a character is written that a terminal would act upon, as `\u{001b}`; undefined for all others. */
export function writtenOut(code: number): string | undefined {
  return isActed(code) ? `\\u{${hexOf(code)}}` : undefined;
}

/** The same as JSON writes it. */
function inJson(code: number): string | undefined {
  if (!isActed(code)) return undefined;
  const character = String.fromCodePoint(code);
  const first = `\\u${hexOf(character.charCodeAt(0))}`;
  return character.length === 1 ? first : `${first}\\u${hexOf(character.charCodeAt(1))}`;
}

/** Does a line end by it? */
export function isLineBreak(code: number): boolean {
  return (
    code === lineFeed || code === carriageReturn || code === lineSeparator || code === paragraphSeparator
  );
}

/** Stands for a line break, or for several, in what is shown on one line. */
export const breakMark = ' ⏎ ';

/** The text with what a terminal would act upon written out, as `\u{001b}`. Lines and tabs stay. */
export const visibleText = createRewriter(writtenOut, { joinsBreaks: true });

/** The same on one line: a name, a reason or a message cannot begin a line of its own. */
export const visibleLine = createRewriter(
  (code) => (code === tab ? ' ' : isLineBreak(code) ? breakMark : writtenOut(code)),
  { joinsBreaks: true, once: breakMark },
);

/** JSON that says the same, with what a terminal would act upon in JSON's own escapes. */
export const visibleJson = createRewriter(inJson, { joinsBreaks: true });
