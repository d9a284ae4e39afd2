import type { EvalReport, UndecidedReport } from '../report.ts';
import { inMarkdown, lineOfMarkdown } from './in-markdown.ts';
import {
  answersText,
  askedText,
  costText,
  criticalText,
  differenceText,
  endingWords,
  failedCases,
  latencyText,
  outcomeWords,
  pairingText,
  passRateText,
  tallyText,
  unjudgedPromptsText,
} from './wording.ts';

/** A comment for a pull request: the verdict, the numbers, and the cases that did not always pass. */
export function markdownReport(report: EvalReport, options: { readonly maxFailures?: number } = {}): string {
  const { decision, arms } = report;
  const { word, glyph } = outcomeWords[decision.outcome];
  const stable = arms.stable;
  const against = report.stable === undefined ? '' : ` against \`${report.stable}\``;
  const unjudged = unjudgedPromptsText(decision);
  const pairing = pairingText(decision);
  return [
    `### ${glyph} ${word}: \`${report.app}\` \`${report.candidate}\`${against}`,
    '',
    '| | candidate | stable |',
    '|---|---|---|',
    row('pass rate', passRateText(decision), stableRate(report)),
    row('difference', differenceText(decision), ''),
    row('critical cases', criticalText(decision), ''),
    ...(unjudged === undefined ? [] : [row('prompts', unjudged, '')]),
    ...(pairing === undefined ? [] : [row('pairs', pairing, '')]),
    row('latency', latencyText(arms.candidate), stable === undefined ? '' : latencyText(stable)),
    row('cost', costText(arms.candidate), stable === undefined ? '' : costText(stable)),
    row('calls (errors)', callsText(arms.candidate), stable === undefined ? '' : callsText(stable)),
    row('answered by', answersText(report.answeredBy), ''),
    ...(report.notProbed ?? []).map((sentence) => row('not probed', sentence, '')),
    ...(decision.reasons.length === 0
      ? []
      : ['', ...decision.reasons.map(({ message }) => `- ${lineOfMarkdown(message)}`)]),
    ...failures(report, options.maxFailures ?? 20),
    '',
  ].join('\n');
}

/** The same of an evaluation without a decision: why there is none, and what was asked until then. */
export function undecidedMarkdownReport(report: UndecidedReport): string {
  const { app, candidate, ending, why } = report;
  const { word, glyph } = endingWords[ending];
  return [
    `### ${glyph} ${word}: \`${app}\` \`${candidate}\``,
    '',
    ...why.split('\n').map((line) => lineOfMarkdown(line)),
    '',
    askedText(report),
    ...failures(report, 20),
    '',
  ].join('\n');
}

function failures(report: Pick<EvalReport, 'cases'>, most: number): string[] {
  const failed = failedCases(report);
  if (failed.length === 0) return [];
  const lines = failed
    .slice(0, most)
    .map((each) =>
      rowOf([
        `${each.critical ? '**critical** ' : ''}${inMarkdown(each.id)}`,
        inMarkdown(tallyText(each)),
        inMarkdown(each.reasons[0] ?? ''),
      ]),
    );
  const more = failed.length > most ? ['', `… and ${failed.length - most} more`] : [];
  const summary = `<summary>${failed.length} of ${report.cases.length} cases did not always pass</summary>`;
  return [
    '',
    '<details>',
    summary,
    '',
    '| case | passed | why not |',
    '|---|---|---|',
    ...lines,
    ...more,
    '',
    '</details>',
  ];
}

function stableRate({ cases }: EvalReport): string {
  const tallies = cases.flatMap(({ stable }) => stable ?? []);
  const runs = tallies.reduce((sum, each) => sum + each.runs, 0);
  if (runs === 0) return '';
  return `${((tallies.reduce((sum, each) => sum + each.passed, 0) / runs) * 100).toFixed(1)} %`;
}

function callsText({ calls, errors }: { readonly calls: number; readonly errors: number }): string {
  return `${calls} (${errors})`;
}

function row(...cells: string[]): string {
  return rowOf(cells.map(inMarkdown));
}

/** Of cells that are Markdown already. */
function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
