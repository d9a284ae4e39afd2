import type { Explanation } from '../../domain/explanation/explanation.ts';
import { oddsText } from '../../domain/guardrail/odds.ts';
import { escaped } from '../change-record/html.ts';

const width = 960;
const height = 420;
const margin = { left: 130, right: 190, top: 50, bottom: 50 };
/** Told apart by those who see few colours as well; the legend has the names. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#999999'];

/** The course of a release's evidence: odds on a logarithmic scale over its looks, and where each guardrail acts. */
export function explanationSvg({ release, looks, guardrails }: Explanation): string {
  const across = scale(0, Math.max(1, looks.length - 1), margin.left, width - margin.right);
  const most = Math.max(1, ...guardrails.map(({ actsAt }) => actsAt), ...looks.flatMap(evidenceOf));
  const up = scale(0, most * 1.05, height - margin.bottom, margin.top);
  const body = [
    ...stagesOf(looks, across),
    ...gridOf(most, up),
    ...guardrails.flatMap((guardrail, i) => courseOf(guardrail, i, { looks, across, up })),
  ];
  const title = text(
    margin.left,
    24,
    `${release.label} of ${release.app}: ${release.state}`,
    'font-size="16"',
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(`Odds against "no worse" over the checks of release ${release.id}`)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    title,
    ...body,
    text(margin.left, height - 12, 'checks, oldest first', 'fill="#555555"'),
    '</svg>',
    '',
  ].join('\n');
}

type Look = Explanation['looks'][number];
type Scale = (value: number) => number;

function scale(from: number, to: number, low: number, high: number): Scale {
  return (value) => low + ((Math.min(Math.max(value, from), to) - from) / (to - from)) * (high - low);
}

function evidenceOf({ evidence }: Look): number[] {
  return Object.values(evidence);
}

/** Where each stage begins. */
function stagesOf(looks: readonly Look[], across: Scale): string[] {
  return looks.flatMap(({ stage }, i) => {
    if (looks[i - 1]?.stage === stage) return [];
    const x = at(across(i));
    return [
      `<line x1="${x}" y1="${margin.top}" x2="${x}" y2="${height - margin.bottom}" stroke="#dddddd"/>`,
      text(Number(x) + 4, margin.top - 6, stage, 'fill="#555555"'),
    ];
  });
}

function gridOf(most: number, up: Scale): string[] {
  const every = Math.max(1, Math.ceil(most / Math.LN10 / 6));
  const marks = Array.from({ length: Math.floor(most / Math.LN10 / every) + 1 }, (_, i) => i * every);
  return marks.flatMap((tens) => {
    const y = at(up(tens * Math.LN10));
    return [
      `<line x1="${margin.left}" y1="${y}" x2="${width - margin.right}" y2="${y}" stroke="#eeeeee"/>`,
      text(
        margin.left - 8,
        Number(y) + 4,
        `${(10 ** tens).toLocaleString('en-US')} : 1`,
        'text-anchor="end"',
      ),
    ];
  });
}

function courseOf(
  { name, actsAt, odds }: Explanation['guardrails'][number],
  index: number,
  { looks, across, up }: { readonly looks: readonly Look[]; readonly across: Scale; readonly up: Scale },
): string[] {
  const colour = colours[index % colours.length] ?? '#000000';
  const points = looks.flatMap(({ evidence }, i) => {
    const found = evidence[name];
    return found === undefined ? [] : [`${at(across(i))},${at(up(found))}`];
  });
  const y = at(up(actsAt));
  const below = margin.top + 14 + index * 34;
  return [
    `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    `<line x1="${margin.left}" y1="${y}" x2="${width - margin.right}" y2="${y}" stroke="${colour}" stroke-dasharray="4 4"/>`,
    text(width - margin.right + 12, below, name, `fill="${colour}" font-weight="bold"`),
    text(
      width - margin.right + 12,
      below + 15,
      `${odds}; acts at ${oddsText(actsAt)}`,
      `fill="${colour}" font-size="10"`,
    ),
  ];
}

function at(value: number): string {
  return value.toFixed(1);
}

function text(x: number, y: number, value: string, more: string): string {
  return `<text x="${at(x)}" y="${at(y)}" ${more}>${escaped(value)}</text>`;
}
