import type { ReleaseView } from '../../api/schemas/dashboard/release-view.ts';
import type { Tone } from '../../api/schemas/dashboard/releases.ts';
import { percentWords, whoOf } from '../../domain/explanation/words.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { guardLine } from '../output/describe-guard.ts';
import { readinessLine } from '../output/describe-readiness.ts';
import { stateGlyph, type Colour, type Paint } from '../output/style.ts';
import { ageText } from '../output/text/age.ts';
import { cutTo, wrapTo } from '../output/text/cells.ts';
import { guardrailLines } from './guardrail-lines.ts';
import { besideEachOther, fitTo, timeText, type Line } from './line.ts';
import { nextLines } from './next-lines.ts';
import { railLines } from './rail-lines.ts';

/** What is older is not shown as good. */
const staleAfterMs = 45_000;

export interface Watcher {
  readonly columns: number;
  /** All lines where absent. */
  readonly rows?: number | undefined;
  /** Since the view was read: nobody has said anything newer. */
  readonly sinceReadMs: number;
  readonly paint: Paint;
}

/** A release as `release watch` shows it: composed lines, none longer than the terminal is wide. */
export function viewLines(view: ReleaseView, watcher: Watcher): string[] {
  const { columns, rows = Infinity, sinceReadMs } = watcher;
  const ageMs = view.row.liveAgeMs === undefined ? undefined : view.row.liveAgeMs + sinceReadMs;
  const isStale = ageMs !== undefined && ageMs > staleAfterMs;
  const paint: Paint = (colour, text) =>
    watcher.paint(isStale && colour === 'green' ? 'yellow' : colour, text);
  const nowMs = Date.parse(view.at) + sinceReadMs;
  const shown = { columns, paint, nowMs, isClosed: view.row.closedAt !== undefined };
  const lines = [
    ...headLines(view, shown),
    ...changedLines(view),
    ...railLines(view.rail, shown),
    ...trafficLines(view, shown),
    ...guardrailLines(view.guardrails, shown),
    ...nextLines(view, shown),
    ...footLines(nowMs, ageMs, isStale, paint),
  ];
  return fitTo(lines, rows).map((line) => cutTo(line, columns));
}

type Shown = Pick<Watcher, 'columns' | 'paint'>;

const colours: Record<Tone, Colour> = {
  good: 'green',
  running: 'cyan',
  attention: 'yellow',
  bad: 'red',
  over: 'dim',
};

function headLines({ row, people }: ReleaseView, { columns, paint }: Shown): Line[] {
  const { app, label, environment, state, word, tone, weight, audience, id, ageMs } = row;
  const { set } = audience ?? weight;
  const at = set === 0 ? '' : `, ${percentWords(set)}${audience === undefined ? '' : ' of its audience'}`;
  const parts = [
    `${app} ${paint('bold', label)} → ${environment}`,
    paint(colours[tone], `${stateGlyph(state)} ${oneLine(word)}${at}`),
    `${ageText(ageMs)} since its start`,
    `by ${whoOf(people.startedBy)}`,
    id,
  ];
  const head: Line = { text: besideEachOther(parts, columns, '   '), spare: 0 };
  return [
    head,
    ...wrapTo(oneLine(row.sentence), columns).map((text, i): Line => ({ text, spare: i === 0 ? 0 : 1 })),
  ];
}

function changedLines({ changed, plan }: ReleaseView): Line[] {
  const files = changed.files.map(({ path, before, after }) => {
    if (before === undefined) return `+ ${path}`;
    return after === undefined ? `− ${path}` : `~ ${path} ${countedLines(before, after)}`;
  });
  const same = changed.unchanged.length === 0 ? [] : [`= ${changed.unchanged.join(', ')}`];
  const parts = [...files, ...same, `plan ${plan.name}`].map(oneLine);
  return [{ text: parts.join('   '), spare: 3 }];
}

/** `(+4 −1)`: lines that are there on one side alone, as often as they are. */
function countedLines(before: string, after: string): string {
  const left = new Map<string, number>();
  for (const line of before.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  let added = 0;
  for (const line of after.split('\n')) {
    const count = left.get(line) ?? 0;
    if (count === 0) added += 1;
    else left.set(line, count - 1);
  }
  const gone = [...left.values()].reduce((sum, each) => sum + each, 0);
  return `(+${added} −${gone})`;
}

/** How many of them go by what is set, as `2/3`. */
function servingOf(all: ReleaseView['gateways'], of: 'gateway' | 'client'): string {
  const some = all.filter(({ kind }) => kind === of);
  return `${some.filter(({ state }) => state === 'serving').length}/${some.length}`;
}

function trafficLines({ row, traffic, gateways, wayBack, guard }: ReleaseView, { columns }: Shown): Line[] {
  const { splitVersion, leaseLeftMs, lookAgeMs, audience } = traffic;
  const { set, served } = audience ?? traffic;
  const version = splitVersion === undefined ? '' : ` at v${splitVersion}`;
  const facts = [
    `set ${percentWords(set)}${audience === undefined ? '' : ' of its audience'}`,
    served === null ? 'not served everywhere' : `served ${percentWords(served)}`,
    `gateways ${servingOf(gateways, 'gateway')}${version}`,
    ...(gateways.some(({ kind }) => kind === 'client') ? [`clients ${servingOf(gateways, 'client')}`] : []),
    ...(lookAgeMs === undefined ? [] : [`last check ${ageText(lookAgeMs)} ago`]),
    ...(leaseLeftMs === undefined || set === 0 ? [] : [`lease ${ageText(leaseLeftMs)} left`]),
  ];
  const back = wayBack === undefined ? [] : readinessLine(wayBack).split('\n');
  const refused = gateways.flatMap(({ gatewayId, state, reason }) =>
    state === 'refused' ? [`! ${gatewayId} refuses it: ${oneLine(reason ?? 'no reason given')}`] : [],
  );
  return [
    ...(row.closedAt === undefined
      ? [{ text: `traffic  ${besideEachOther(facts, columns - 9, ' · ')}`, spare: 1 } as const]
      : []),
    ...refused.map((text): Line => ({ text, spare: 1 })),
    ...(guard === undefined ? [] : [{ text: guardLine(guard), spare: 1 } as const]),
    ...back.map((text): Line => ({ text, spare: 2 })),
  ];
}

function footLines(nowMs: number, ageMs: number | undefined, isStale: boolean, paint: Paint): Line[] {
  if (ageMs === undefined) return [];
  const now = `now ${timeText(new Date(nowMs).toISOString(), nowMs)}`;
  const age = `data ${ageText(ageMs)} old`;
  const text = isStale ? paint('yellow', `${now} · ! ${age}: not live`) : `${now} · ${age} · live`;
  return [{ text, spare: 0 }];
}
