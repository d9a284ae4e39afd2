import type { CaseReport, EvalReport } from '../report.ts';
import { outcomeWords, tallyText } from './wording.ts';

/**
 * JUnit XML, as CI systems read it: a test case a case of the suite, and one for the gate itself. A case that sometimes
 * fails counts as failed in the list; whether the suite passes is what the gate's own case says.
 */
export function junitReport(report: EvalReport): string {
  const unjudged = report.decision.promptsWithoutCases ?? [];
  const cases = [...report.cases.map(caseElement), ...unjudged.map(unjudgedElement)];
  const gateFailed = report.decision.outcome !== 'pass';
  const failures = report.cases.filter(isFailed).length + Number(gateFailed);
  const name = attribute(`${report.app} ${report.candidate}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sluice eval" tests="${cases.length + 1}" failures="${failures}" skipped="${unjudged.length}">`,
    `  <testsuite name="${name}" tests="${cases.length + 1}" failures="${failures}" skipped="${unjudged.length}">`,
    gateElement(report),
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

function caseElement(each: CaseReport): string {
  const [suite = '', ...id] = each.id.split('/');
  const seconds = each.latencyMs === undefined ? '' : ` time="${(each.latencyMs / 1000).toFixed(3)}"`;
  const open = `    <testcase classname="${attribute(suite)}" name="${attribute(id.join('/'))}"${seconds}>`;
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
