const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
/** Marks of colours (`colourMark`), and what stands on the character before it. */
const without = /[\uFDD0-\uFDDF]|\p{M}|\u200D/u;

function cellsOfOne(character: string): number {
  if (without.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** How many cells of a terminal a composed text takes, in which colours take none. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOfOne(character);
  return cells;
}

/** The text, or as much of it as there is room for and an ellipsis; colours end with it. */
export function cutTo(text: string, columns: number): string {
  if (cellsOf(text) <= columns) return text;
  let [kept, cells] = ['', 0];
  for (const character of text) {
    cells += cellsOfOne(character);
    if (cells > columns - 1) break;
    kept += character;
  }
  return `${kept}…${endOfColours(kept)}`;
}

/** The mark that ends all colours is the first of its kind. */
function endOfColours(kept: string): string {
  return /[\uFDD0-\uFDDF]/.test(kept) ? '\uFDD0' : '';
}

/** Filled with spaces up to that many cells. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - cellsOf(text)));
}

/** Broken between words into lines of so many cells at most; a word that is longer stands alone. */
export function wrapTo(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || cellsOf(line) + 1 + cellsOf(word) > columns) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
