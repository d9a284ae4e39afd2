import { stripVTControlCharacters, styleText } from 'node:util';
import type { EvalReport } from '../report.ts';
import {
  answersText,
  costText,
  criticalText,
  differenceText,
  failedCases,
  latencyText,
  outcomeWords,
  pairingText,
  passRateText,
  tallyText,
  unjudgedPromptsText,
} from './wording.ts';

const colours = { pass: 'green', block: 'red', inconclusive: 'yellow' } as const;

/** A report to read on a terminal. */
export function terminalReport(
  report: EvalReport,
  options: { readonly colour: boolean; readonly maxFailures?: number },
): string {
  const { decision, arms } = report;
  const { word, glyph } = outcomeWords[decision.outcome];
  const verdict = `${glyph} ${word}`;
  const against = report.stable === undefined ? '' : ` against ${report.stable}`;
  const unjudged = unjudgedPromptsText(decision);
  const pairing = pairingText(decision);
  const facts: [string, string][] = [
    ['pass rate', passRateText(decision)],
    ['difference', differenceText(decision)],
    ['critical cases', criticalText(decision)],
    ...(unjudged === undefined ? [] : [['prompts', unjudged] satisfies [string, string]]),
    ...(pairing === undefined ? [] : [['pairs', pairing] satisfies [string, string]]),
    ['latency', latencyText(arms.candidate)],
    ['cost', costText(arms.candidate)],
    [
      'calls',
      `${arms.candidate.calls + (arms.stable?.calls ?? 0)}, ${arms.candidate.errors} errors of the candidate`,
    ],
    ['answered by', answersText(report.answeredBy) || 'unknown'],
    ...(report.notProbed ?? []).map((sentence): [string, string] => ['not probed', sentence]),
  ];
  return [
    `${options.colour ? styleText(colours[decision.outcome], verdict, { validateStream: false }) : verdict}  ${report.app} ${report.candidate}${against}`,
    '',
    ...facts.map(([name, value]) => `  ${name.padEnd(15)} ${value}`),
    ...decision.reasons.map(
      ({ message, caseIds }) => `  ${glyph} ${message}${caseIds.length === 0 ? '' : ` ${listed(caseIds)}`}`,
    ),
    ...failureLines(report, options.maxFailures ?? 20),
  ].join('\n');
}

function failureLines(report: EvalReport, most: number): string[] {
  const failed = failedCases(report);
  if (failed.length === 0) return [];
  const width = Math.max(...failed.slice(0, most).map(({ id }) => id.length));
  const lines = failed
    .slice(0, most)
    .flatMap((each) => [
      `  ${each.critical ? '!' : ' '} ${each.id.padEnd(width)}  ${tallyText(each)}`,
      ...each.reasons.slice(0, 3).map((reason) => `      ${oneLine(reason, 100)}`),
    ]);
  const more = failed.length > most ? [`    … and ${failed.length - most} more`] : [];
  return ['', '  Cases that did not always pass (! is critical):', ...lines, ...more];
}

function listed(ids: readonly string[]): string {
  const most = 10;
  return ids.length <= most ? ids.join(', ') : `${ids.slice(0, most).join(', ')}, … (${ids.length})`;
}

/** A model's words never move the cursor or colour the terminal. */
function oneLine(text: string, length: number): string {
  const flat = stripVTControlCharacters(text).replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return flat.length <= length ? flat : `${flat.slice(0, length - 1)}…`;
}
