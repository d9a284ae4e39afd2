import type { RailStage } from '../../api/schemas/dashboard/release-view.ts';
import { countWords } from '../../domain/explanation/words.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import type { Colour, Paint } from '../output/style.ts';
import { ageText } from '../output/text/age.ts';
import { cellsOf, cutTo, padTo } from '../output/text/cells.ts';
import { timeText, type Line } from './line.ts';

const glyphs: Record<RailStage['state'], { readonly glyph: string; readonly colour: Colour }> = {
  'to come': { glyph: '○', colour: 'dim' },
  running: { glyph: '▶', colour: 'cyan' },
  waiting: { glyph: 'Ⅱ', colour: 'yellow' },
  passed: { glyph: '✔', colour: 'green' },
  overridden: { glyph: '»', colour: 'yellow' },
  skipped: { glyph: '–', colour: 'dim' },
  failed: { glyph: '✖', colour: 'red' },
  inconclusive: { glyph: '?', colour: 'yellow' },
  error: { glyph: '!', colour: 'red' },
  stopped: { glyph: '■', colour: 'yellow' },
};

interface Shown {
  readonly columns: number;
  readonly paint: Paint;
  /** By the clock of the server. */
  readonly nowMs: number;
  /** It goes on no more. */
  readonly isClosed: boolean;
}

/** The stages in their order: what came of each, where it is and until when, what is to come. */
export function railLines(rail: readonly RailStage[], shown: Shown): Line[] {
  const heads = rail.map((stage) => [stage.title, wordOf(stage, shown)] as const);
  const widthOf = (index: 0 | 1) => Math.max(0, ...heads.map((head) => cellsOf(head[index])));
  return rail.map((stage) => railLine(stage, shown, [widthOf(0), widthOf(1)]));
}

function wordOf({ state }: RailStage, { isClosed }: Shown): string {
  return isClosed && state === 'to come' ? 'not reached' : state;
}

function railLine(stage: RailStage, shown: Shown, [titles, words]: readonly [number, number]): Line {
  const { columns, paint, nowMs } = shown;
  const { glyph, colour } = glyphs[stage.state];
  const isHere = stage.state === 'running' || stage.state === 'waiting';
  const head = `${glyph} ${padTo(stage.title, titles)}  ${padTo(wordOf(stage, shown), words)}`;
  const took = tookText(stage, nowMs);
  const room = columns - cellsOf(head) - 2 - cellsOf(took) - 2;
  const text = cutTo(isHere ? hereText(stage, nowMs) : oneLine(stage.summary ?? ''), Math.max(0, room));
  const rest = took === '' ? text : `${padTo(text, room)}  ${took}`;
  return { text: `${paint(colour, head)}  ${rest}`.trimEnd(), spare: isHere ? 0 : 2 };
}

function tookText({ startedAt, endedAt }: RailStage, nowMs: number): string {
  if (startedAt === undefined) return '';
  return ageText((endedAt === undefined ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt));
}

function hereText({ hold, requests, waitsFor, decidesAt }: RailStage, nowMs: number): string {
  const held = hold === undefined ? [] : [`held ${ageText(hold.heldMs)} of ${ageText(hold.ofMs)}`];
  const seen =
    requests === undefined
      ? []
      : [`${countWords(requests.candidate)} of ${countWords(requests.needed)} requests`];
  // What it waits for stands below, with its time.
  const decides =
    decidesAt === undefined || waitsFor !== undefined
      ? []
      : [`decides ${timeText(decidesAt, nowMs)} (in ${ageText(Date.parse(decidesAt) - nowMs)})`];
  return [...held, ...seen, ...decides].join(' · ');
}
