import type { MirroredPairs, MirrorReport } from '../../api/schemas/mirror.ts';
import { page, shown, style, table } from '../change-record/html.ts';
import { comparedRows, said } from './describe-mirror.ts';

type Compared = NonNullable<MirrorReport['first']>;
type Pair = MirroredPairs['items'][number];

const ownStyle =
  '.pair{display:grid;grid-template-columns:1fr 1fr;gap:.5rem;margin:.3rem 0 1.5rem}.pair>div{border:1px solid #999;padding:.5rem;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}.asked{grid-column:1/3;background:#f6f6f6}.pair b{display:block}';

/** A mirror and its worst pairs as one file: no scripts, nothing loaded. All that models and users said is escaped. */
export function renderMirror(report: MirrorReport, { items }: MirroredPairs): string {
  return page(`Mirror of ${report.releaseId}`, `${style}\n${ownStyle}`, [
    `<p>${shown(report.app)}: ${shown(report.outcome ?? 'its pairs are being asked')}. <bdi>${shown(report.summary)}</bdi></p>`,
    ...section('First turns, and requests of no conversation', report.first),
    ...section('Later turns, which go on from stable’s own answers', report.later),
    ...choiceOf(report),
    '<h2>Pairs, the worst first</h2>',
    ...(items.length === 0 ? ['<p>No pair differs so that it should be looked at.</p>'] : items.map(pairOf)),
  ]);
}

function section(title: string, compared: Compared | undefined): string[] {
  if (compared === undefined) return [];
  return [
    `<h2>${shown(title)}: ${compared.pairs} pairs</h2>`,
    table(['', 'Candidate', 'Stable', 'Difference (90 %)'], comparedRows(compared, '×')),
  ];
}

function choiceOf({ choice }: MirrorReport): string[] {
  if (choice === undefined) return [];
  const rows = choice.strata.map(({ name, later, there, taken }) => [
    ...[name, later ? 'later' : 'first'],
    ...[there, taken],
  ]);
  return ['<h2>What was asked</h2>', table(['Requests', 'Turn', 'There', 'Asked'], rows)];
}

function pairOf({ id, why, request, candidate, stable }: Pair, nth: number): string {
  const turns = request?.turns.map(({ role, text }) => `${role}: ${text}`) ?? ['(expired)'];
  const variables = Object.entries(request?.variables ?? {}).map(([name, text]) => `${name} = ${text}`);
  return [
    `<h3>${nth + 1}. ${shown(why.join(', '))} <small>${shown(id)}</small></h3>`,
    '<div class="pair">',
    `<div class="asked"><b>Asked</b>${shown([...variables, ...turns].join('\n'))}</div>`,
    `<div><b>Candidate</b>${shown(said(candidate))}</div>`,
    `<div><b>Stable</b>${shown(said(stable))}</div>`,
    '</div>',
  ].join('\n');
}
