import type { CaseReport, EvalReport, UndecidedReport } from '../report.ts';
import { stateOf } from './comment/case-state.ts';
import { heldAgainst } from './comment/held-against.ts';
import { askedText, endingWords, outcomeWords, tallyText } from './wording.ts';

/**
 * JUnit XML, as CI systems read it: a test case a case of the suite, and one for the gate itself. A `<failure>` is what the
 * gate holds against the candidate, and nothing else: a case that sometimes fails and does not block is told of in its
 * output. An `<error>` is the instrument's: what could not be judged, and a gate that could not decide.
 */
export function junitReport(report: EvalReport): string {
  const { decision, cases } = report;
  const held = heldAgainst(report);
  const unjudged = decision.promptsWithoutCases ?? [];
  return suiteXml(report, [
    gateElement(report),
    ...cases.map((each) => caseElement(each, held.has(each.id))),
    ...unjudged.map((prompt) => element('prompts', prompt, skipped('No case asks this prompt.'))),
  ]);
}

/**
 * The same of an evaluation without a decision: a target that cannot answer at all is held against the candidate, all else
 * against nobody.
 */
export function undecidedJunitReport(report: UndecidedReport): string {
  const message = endingWords[report.ending].word;
  const text = [report.why, askedText(report)].join('\n');
  const gate = verdict(report.ending === 'blocked' ? 'failure' : 'error', message, text);
  return suiteXml(report, [
    element('gate', 'gate', gate),
    ...report.cases.map((each) =>
      each.runs > 0 ? caseElement(each, false) : element(...nameOf(each), skipped('It was not asked.')),
    ),
  ]);
}

/** What stands in a test case; nothing in one that passes. */
interface Inside {
  readonly kind: 'failure' | 'error' | 'skipped' | 'output';
  readonly xml: string;
}

interface Element {
  readonly kind: Inside['kind'] | 'passed';
  readonly xml: string;
}

function suiteXml(
  { app, candidate }: Pick<EvalReport, 'app' | 'candidate'>,
  elements: readonly Element[],
): string {
  const countOf = (wanted: Element['kind']): number => elements.filter(({ kind }) => kind === wanted).length;
  const counts = {
    tests: elements.length,
    failures: countOf('failure'),
    errors: countOf('error'),
    skipped: countOf('skipped'),
  };
  const attributes = Object.entries(counts)
    .map(([name, count]) => `${name}="${count}"`)
    .join(' ');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sluice eval" ${attributes}>`,
    `  <testsuite name="${attribute(`${app} ${candidate}`)}" ${attributes}>`,
    ...elements.map(({ xml }) => xml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function gateElement({ decision }: EvalReport): Element {
  if (decision.outcome === 'pass') return element('gate', 'gate');
  const text = decision.reasons.map((reason) => [reason.message, ...reason.caseIds].join('\n  ')).join('\n');
  const kind = decision.outcome === 'block' ? 'failure' : 'error';
  return element('gate', 'gate', verdict(kind, outcomeWords[decision.outcome].word, text));
}

function caseElement(each: CaseReport, held: boolean): Element {
  const { latencyMs, unknown, critical, reasons, output } = each;
  const name = nameOf(each);
  const passes = `passed ${tallyText(each)}${critical ? ' (critical)' : ''}`;
  const text = [...reasons, ...(output === undefined || reasons.length === 0 ? [] : ['', output])].join('\n');
  const seconds = latencyMs === undefined ? undefined : latencyMs / 1000;
  const state = stateOf(each);
  if (held) return element(...name, verdict('failure', passes, text), seconds);
  if (state === 'not measured') {
    const message = unknown === 0 ? 'not asked' : `not judged: ${unknown} of its calls`;
    return element(...name, verdict('error', message, text), seconds);
  }
  if (state === 'steady' || state === 'repaired') return element(...name, undefined, seconds);
  const xml = `<system-out>${content([`${passes}, and does not block`, text].join('\n'))}</system-out>`;
  return element(...name, { kind: 'output', xml }, seconds);
}

function element(classname: string, name: string, inside?: Inside, seconds?: number): Element {
  const time = seconds === undefined ? '' : ` time="${seconds.toFixed(3)}"`;
  const open = `    <testcase classname="${attribute(classname)}" name="${attribute(name)}"${time}>`;
  return { kind: inside?.kind ?? 'passed', xml: `${open}${inside?.xml ?? ''}</testcase>` };
}

function nameOf({ id }: CaseReport): [suite: string, id: string] {
  const [suite = '', ...rest] = id.split('/');
  return [suite, rest.join('/')];
}

function verdict(kind: 'failure' | 'error', message: string, text: string): Inside {
  return { kind, xml: `<${kind} message="${attribute(message)}">${content(text)}</${kind}>` };
}

function skipped(message: string): Inside {
  return { kind: 'skipped', xml: `<skipped message="${attribute(message)}"/>` };
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
