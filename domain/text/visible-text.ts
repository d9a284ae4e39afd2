/**
 * What a terminal, an editor or a log viewer acts upon instead of showing it: control characters of both sets (ESC and
 * the one-character CSI among them), and those by which a text is shown in another order than it is written, or not at
 * all. Line breaks, tabs and joiners of scripts and emoji are none of them.
 */
const acted =
  /(?![\n\t])\p{Cc}|[\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFDD0-\uFDEF\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Surrogate}]/gu;

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}

/** The text with what a terminal would act upon written out, as `\u{001b}`. Lines and tabs stay. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(acted, (character) => `\\u{${hexOf(character)}}`);
}

/** The same on one line: a name, a reason or a message cannot begin a line of its own. */
export function visibleLine(text: string): string {
  return visibleText(text.replaceAll(/(?:\r\n|[\n\r\u2028\u2029])+/g, ' ⏎ ').replaceAll('\t', ' '));
}

/** JSON that says the same, with what a terminal would act upon in JSON's own escapes. */
export function visibleJson(json: string): string {
  return json.replace(acted, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
