/** One cell for one cell, so that columns stay columns; the word beside a glyph says what it means. */
const plain: Readonly<Record<string, string>> = {
  ...{
    '✔': '+',
    '✖': 'x',
    '▶': '>',
    '○': 'o',
    '◌': '.',
    Ⅱ: '=',
    '↩': '<',
    '■': '#',
    '⇥': '|',
    '»': '>',
    '∅': '0',
  },
  ...{ '·': '-', '…': '~', '→': '>', '–': '-', '−': '-', '≥': '>', '≤': '<', '×': 'x', '±': '~' },
  ...{ '“': '"', '”': '"', '’': "'" },
};
const glyphs = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');

/** The text with the signs that Sluice writes as ones of ASCII; what others wrote in other letters stays as it is. */
export function inAscii(text: string): string {
  return text.replace(glyphs, (glyph) => plain[glyph] ?? glyph);
}
