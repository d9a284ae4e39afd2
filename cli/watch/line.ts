import { cellsOf } from '../output/text/cells.ts';

/** A line of the view; where there is no room for all, those of the highest `spare` go first, and those of 0 stay. */
export interface Line {
  readonly text: string;
  readonly spare: 0 | 1 | 2 | 3;
}

/** As many lines as there are rows, and how many are not there. */
export function fitTo(lines: readonly Line[], rows: number): string[] {
  const kept = [...lines];
  for (const spare of [3, 2, 1] as const) {
    for (let i = kept.length - 1; i >= 0 && kept.length > rows - 1; i--) {
      if (lines.length <= rows) break;
      if (kept[i]?.spare === spare) kept.splice(i, 1);
    }
  }
  const texts = kept.map(({ text }) => text);
  const gone = lines.length - kept.length;
  return gone === 0 ? texts : [...texts, `… ${gone} lines more in a higher terminal`];
}

/** Parts side by side, as many of the first ones as there is room for. */
export function besideEachOther(parts: readonly string[], columns: number, between: string): string {
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : line + between + part;
    if (line !== '' && cellsOf(longer) > columns) break;
    line = longer;
  }
  return line;
}

/** `14:32:05 UTC`; of another day than today's, `2026-11-24 14:32 UTC`. */
export function timeText(iso: string, nowMs: number): string {
  const [day, time] = new Date(iso).toISOString().split('T');
  const isToday = new Date(nowMs).toISOString().startsWith(day ?? '');
  return isToday ? `${(time ?? '').slice(0, 8)} UTC` : `${day ?? ''} ${(time ?? '').slice(0, 5)} UTC`;
}
