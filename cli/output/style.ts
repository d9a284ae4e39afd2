import type { ReleaseState } from '../../domain/release/release.ts';
import { whoOf } from '../../domain/explanation/words.ts';
import { colourMark } from './printable.ts';

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Colour = keyof typeof codes;

/** Paints text where the terminal takes colours, and leaves it alone elsewhere. */
export type Paint = (colour: Colour, text: string) => string;

export function createPaint(colour: boolean): Paint {
  return (name, text) => (colour ? `${colourMark(codes[name])}${text}${colourMark(0)}` : text);
}

const marks: Record<ReleaseState, { readonly glyph: string; readonly colour: Colour }> = {
  starting: { glyph: '◌', colour: 'cyan' },
  progressing: { glyph: '▶', colour: 'cyan' },
  paused: { glyph: 'Ⅱ', colour: 'yellow' },
  rolling_back: { glyph: '↩', colour: 'yellow' },
  promoted: { glyph: '✔', colour: 'green' },
  rolled_back: { glyph: '↩', colour: 'red' },
  blocked: { glyph: '■', colour: 'red' },
  inconclusive: { glyph: '?', colour: 'yellow' },
  aborted: { glyph: '✖', colour: 'yellow' },
  superseded: { glyph: '⇥', colour: 'yellow' },
  failed: { glyph: '✖', colour: 'red' },
};

export function stateGlyph(state: ReleaseState): string {
  return marks[state].glyph;
}

/** A state as a glyph and a word, so that it is told apart without colours as well. */
export function stateText(state: ReleaseState, paint: Paint): string {
  const { glyph, colour } = marks[state];
  return paint(colour, `${glyph} ${state.replace('_', ' ')}`);
}

/** The same, of one that was taken back with who did that. */
export function endedText(
  { state, decidedBy }: { readonly state: ReleaseState; readonly decidedBy?: string | undefined },
  paint: Paint,
): string {
  const isTakenBack = state === 'rolled_back' || state === 'aborted';
  const by = isTakenBack && decidedBy !== undefined ? ` by ${whoOf(decidedBy)}` : '';
  return stateText(state, paint) + by;
}

/** Rows as columns that line up; widths are those of the widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
