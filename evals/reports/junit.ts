import type { CaseReport, EvalReport, UndecidedReport } from '../report.ts';
import { askedText, endingWords, outcomeWords, tallyText } from './wording.ts';

/**
 * JUnit XML, as CI systems read it: a test case a case of the suite, and one for the gate itself. A case that sometimes
 * fails counts as failed in the list; whether the suite passes is what the gate's own case says.
 */
export function junitReport(report: EvalReport): string {
  const unjudged = report.decision.promptsWithoutCases ?? [];
  const gateFailed = report.decision.outcome !== 'pass';
  return suiteXml(
    report,
    { failures: report.cases.filter(isFailed).length + Number(gateFailed), skipped: unjudged.length },
    [gateElement(report), ...report.cases.map(caseElement), ...unjudged.map(unjudgedElement)],
  );
}

/** The same of an evaluation without a decision: an error of the gate, and what was asked until then. */
export function undecidedJunitReport(report: UndecidedReport): string {
  const asked = report.cases.filter(({ runs }) => runs > 0);
  const unasked = report.cases.filter(({ runs }) => runs === 0);
  const message = attribute(endingWords[report.ending].word);
  const text = content([report.why, askedText(report)].join('\n'));
  const gate = `    <testcase classname="gate" name="gate"><error message="${message}">${text}</error></testcase>`;
  return suiteXml(report, { failures: asked.filter(isFailed).length, errors: 1, skipped: unasked.length }, [
    gate,
    ...asked.map(caseElement),
    ...unasked.map(unaskedElement),
  ]);
}

function suiteXml(
  { app, candidate }: Pick<EvalReport, 'app' | 'candidate'>,
  counts: { readonly failures: number; readonly errors?: number; readonly skipped: number },
  cases: readonly string[],
): string {
  const attributes = Object.entries({ tests: cases.length, ...counts })
    .map(([name, count]) => `${name}="${count}"`)
    .join(' ');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sluice eval" ${attributes}>`,
    `  <testsuite name="${attribute(`${app} ${candidate}`)}" ${attributes}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function gateElement({ decision }: EvalReport): string {
  const open = '    <testcase classname="gate" name="gate">';
  if (decision.outcome === 'pass') return `${open}</testcase>`;
  const message = attribute(outcomeWords[decision.outcome].word);
  const text = content(
    decision.reasons.map((reason) => [reason.message, ...reason.caseIds].join('\n  ')).join('\n'),
  );
  return `${open}<failure message="${message}">${text}</failure></testcase>`;
}

function unjudgedElement(prompt: string): string {
  const open = `    <testcase classname="prompts" name="${attribute(prompt)}">`;
  return `${open}<skipped message="No case asks this prompt."/></testcase>`;
}

function unaskedElement({ id }: CaseReport): string {
  return `${caseOpening(id)}><skipped message="It was not asked."/></testcase>`;
}

function caseOpening(caseId: string): string {
  const [suite = '', ...id] = caseId.split('/');
  return `    <testcase classname="${attribute(suite)}" name="${attribute(id.join('/'))}"`;
}

function caseElement(each: CaseReport): string {
  const seconds = each.latencyMs === undefined ? '' : ` time="${(each.latencyMs / 1000).toFixed(3)}"`;
  const open = `${caseOpening(each.id)}${seconds}>`;
  if (!isFailed(each)) return `${open}</testcase>`;
  const message = attribute(`passed ${tallyText(each)}${each.critical ? ' (critical)' : ''}`);
  const text = content([...each.reasons, ...(each.output === undefined ? [] : ['', each.output])].join('\n'));
  return `${open}<failure message="${message}">${text}</failure></testcase>`;
}

function isFailed({ runs, passed, fallbacks }: CaseReport): boolean {
  return passed < runs || runs === 0 || fallbacks.some((each) => each.passed < each.runs);
}

/** XML 1.0 has no way to write most control characters, and a model may write any. */
function content(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}
