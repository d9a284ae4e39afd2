import type { GuardrailTile } from '../../api/schemas/dashboard/release-view.ts';
import { countWords } from '../../domain/explanation/words.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import type { Colour, Paint } from '../output/style.ts';
import { cellsOf, padTo } from '../output/text/cells.ts';
import type { Line } from './line.ts';

const states: Record<GuardrailTile['state'], { readonly text: string; readonly colour: Colour }> = {
  pass: { text: '✔ ok', colour: 'green' },
  watch: { text: '! watch', colour: 'yellow' },
  more: { text: '? more', colour: 'cyan' },
  'no data': { text: '∅ no data', colour: 'yellow' },
};
const acts: Record<GuardrailTile['acts'], string> = {
  'takes back': '',
  holds: ' (holds)',
  nothing: ' (dry run)',
};

type Arm = GuardrailTile['stable'];

/**
 * Each guardrail with what both arms showed, the difference with its band, its limit, and the odds against "no worse" beside
 * those at which it acts: in one line where there is room for all of it, else in two.
 */
export function guardrailLines(
  tiles: readonly GuardrailTile[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): Line[] {
  if (tiles.length === 0) return [];
  const wholeRows = [wholeHeading, ...tiles.map((tile) => wholeRow(tile, paint))];
  const whole = inColumns(wholeRows);
  const fits = whole.every((line) => cellsOf(line) <= columns);
  const [heading = '', ...rows] = fits
    ? whole
    : inColumns([shortHeading, ...tiles.map((tile) => shortRow(tile, paint))]);
  return [
    { text: paint('dim', heading), spare: 1 },
    ...tiles.flatMap((tile, i): Line[] => {
      const spare = tile.state === 'watch' ? 0 : tile.state === 'no data' ? 1 : 3;
      const below = [...(fits ? [] : [secondLine(tile)]), ...segmentLines(tile)];
      return [{ text: rows[i] ?? '', spare }, ...below.map((text): Line => ({ text, spare }))];
    }),
  ];
}

const wholeHeading = [
  'GUARDRAIL',
  '',
  'STABLE',
  'CANDIDATE',
  'DIFFERENCE [95 %]',
  'LIMIT',
  'ODDS',
  'ACTS AT',
];
const shortHeading = ['GUARDRAIL', '', 'STABLE', 'CANDIDATE', 'DIFFERENCE [95 %]'];

function wholeRow(tile: GuardrailTile, paint: Paint): string[] {
  const [name = '', state = ''] = named(tile, paint);
  if (tile.state === 'no data') return [name, state, oneLine(tile.says)];
  const { stable, candidate, difference, limit, odds } = tile;
  return [
    ...[name, state, armText(stable), armText(candidate)],
    ...[difference?.shown ?? '–', limit?.says ?? '–', odds.says, odds.actsAtSays],
  ];
}

function shortRow(tile: GuardrailTile, paint: Paint): string[] {
  const [name = '', state = ''] = named(tile, paint);
  if (tile.state === 'no data') return [name, state];
  return [name, state, tile.stable.shown, tile.candidate.shown, tile.difference?.shown ?? '–'];
}

function secondLine({ state, says, stable, candidate, limit, odds }: GuardrailTile): string {
  if (state === 'no data') return `    ${oneLine(says)}`;
  const of = `n ${countWords(stable.n)} and ${countWords(candidate.n)}`;
  const limits = limit === undefined ? [] : [`limit ${limit.says}`];
  return `    ${[of, ...limits, `odds ${odds.says}, acts at ${odds.actsAtSays}`].join(' · ')}`;
}

function named({ name, acts: does, state }: GuardrailTile, paint: Paint): string[] {
  const { text, colour } = states[state];
  return [`${oneLine(name)}${acts[does]}`, paint(colour, text)];
}

function armText({ shown, n }: Arm): string {
  return `${shown} of ${countWords(n)}`;
}

/** The worst segment, once it is half the way to acting: below that it says nothing. */
function segmentLines({ segment }: GuardrailTile): string[] {
  if (segment === undefined || segment.evidence < segment.actsAt / 2) return [];
  return [`    worst in ${oneLine(segment.name)}: odds ${segment.odds}`];
}

/** A row that has fewer cells than others does not widen its last column. */
function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  const count = Math.max(...rows.map((row) => row.length));
  for (const row of rows)
    row.forEach((cell, i) => {
      if (i < row.length - 1 || row.length === count) widths[i] = Math.max(widths[i] ?? 0, cellsOf(cell));
    });
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : padTo(cell, widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
