/** A terminal's text with colours (SGR) as a picture: its own font where the reader has it, else any of fixed width. */
export function terminalSvg(text: string, columns: number): string {
  const lines = text.trimEnd().split('\n');
  const [width, height] = [columns * cell.width + 2 * padding, lines.length * cell.height + 2 * padding];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>The story of npm run demo in a terminal</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="13" fill="#c9d1d9" xml:space="preserve">`,
    ...lines.map(
      (line, i) => `<text x="${padding}" y="${padding + (i + 0.8) * cell.height}">${spansOf(line)}</text>`,
    ),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const cell = { width: 7.83, height: 18 };
const padding = 16;

const styles: Readonly<Record<string, string>> = {
  '1': 'font-weight="bold"',
  '2': 'fill="#8b949e"',
  '31': 'fill="#ff7b72"',
  '32': 'fill="#7ee787"',
  '33': 'fill="#e3b341"',
  '36': 'fill="#79c0ff"',
};

const mark = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`);

/** Pieces between marks of colours, each with the style of the mark before it: every other piece is a mark's code. */
function spansOf(line: string): string {
  const pieces = line.split(mark);
  return pieces
    .map((piece, i) => {
      if (i % 2 === 1 || piece === '') return '';
      const style = styles[pieces[i - 1] ?? ''];
      return `<tspan${style === undefined ? '' : ` ${style}`}>${escaped(piece)}</tspan>`;
    })
    .join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00A0');
}
