import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../output/printable.ts';
import { createPaint } from '../output/style.ts';
import { cellsOf } from '../output/text/cells.ts';
import { changeLine } from './change-line.ts';
import { canaryView, evaluatedView, rolledBackView, waitingView } from './test-fixtures/views.ts';
import { viewLines } from './view-lines.ts';

const plain = createPaint(false);
const views = {
  canary: canaryView(),
  waiting: waitingView(),
  'rolled-back': rolledBackView(),
  evaluated: evaluatedView(),
};

describe.each([80, 100, 140])('in %d columns', (columns) => {
  it.each(Object.entries(views))('a release that is %s looks as it did', (name, view) => {
    const lines = viewLines(view, { columns, sinceReadMs: 0, paint: plain });
    const file = join(import.meta.dirname, 'golden', `${name}-${columns}.txt`);
    const text = `${lines.join('\n')}\n`;
    // To be looked at, and committed, where the layout was meant to change.
    if (process.env['SLUICE_WRITE_GOLDEN'] !== undefined) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(columns);
  });
});

it.each([24, 16, 10, 6])('leaves out what can be spared where there are %d rows', (rows) => {
  const lines = viewLines(views.canary, { columns: 80, rows, sinceReadMs: 0, paint: plain });
  const text = lines.join('\n');
  expect(text).toContain('support-v42');
  expect(text).toContain('14:32:00 UTC');
  expect(text).toContain('lines more in a higher terminal');
  // What matters now stays even where there is too little room for it.
  expect(lines.length).toBeLessThanOrEqual(Math.max(rows, 12));
});

it('counts on the age of what is known, and shows nothing as good once that is over 45 s', () => {
  const shown = (sinceReadMs: number) =>
    printable(viewLines(views.canary, { columns: 100, sinceReadMs, paint: createPaint(true) }).join('\n'));
  expect(shown(1_000)).toContain('now 14:20:32 UTC · data 5s old · live');
  expect(shown(1_000)).toContain('\u001B[32m');
  const stale = shown(41_500);
  expect(stale).toContain('! data 45s old: not live');
  expect(stale).not.toContain('\u001B[32m');
});

it('tells applications that decide themselves apart from gateways', () => {
  const view = canaryView();
  const worker = { kind: 'client', gatewayId: 'client worker-1', heartbeatAgeMs: 200 } as const;
  const gateways = [...view.gateways, { ...worker, state: 'waiting' as const, version: 117 }];
  const shown = viewLines({ ...view, gateways }, { columns: 140, sinceReadMs: 0, paint: plain }).join('\n');
  expect(shown).toContain('gateways 2/2 at v118 · clients 0/1');
});

it('has a line for a log, which is another one where more than figures has changed', () => {
  const { line, about } = changeLine(views.canary);
  expect(line).toBe(
    '2026-11-23T14:20:31Z support-v42 canary-25 under way weight=25% n=1538/2000 worst=latency odds=18:1 acts-at=120:1 decides=2026-11-23T14:32:00Z',
  );
  const later = canaryView({ at: '2026-11-23T14:20:46.000Z' });
  expect(changeLine(later).about).toBe(about);
  expect(changeLine(waitingView()).about).not.toBe(about);
  expect(changeLine(waitingView()).line).toContain('waits-for="an approval of canary-100"');
});
