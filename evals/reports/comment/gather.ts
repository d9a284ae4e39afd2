import { visibleText } from '../../../domain/text/visible-text.ts';
import { wordDiffLines } from '../../../domain/text/word-diff.ts';
import { defined } from '../../../protocols/fields.ts';
import type { ArmReport, CaseReport, EvalReport, UndecidedReport } from '../../report.ts';
import {
  answersText,
  costText,
  criticalText,
  differenceText,
  latencyText,
  pairingText,
  passRateText,
  percent,
  tallyText,
  unjudgedPromptsText,
} from '../wording.ts';
import { caseStates, stateOf } from './case-state.ts';
import { heldAgainst } from './held-against.ts';
import type { FilePlace, GateReport, ReportedCase } from './report-data.ts';

/** What is shown beside what was measured. */
export interface Shown {
  readonly environment: string;
  /** What each case asks, by `suite/id`. */
  readonly questions: ReadonlyMap<string, string>;
  /** Where each case stands, from the top of the repository. */
  readonly places: ReadonlyMap<string, FilePlace>;
  readonly prompts: readonly { readonly prompt: string; readonly from: string; readonly to: string }[];
  /** What else differs, each value as JSON. */
  readonly values: GateReport['values'];
  readonly seconds: number;
  /** Runs the same again. */
  readonly command: string;
}

const outcomes = { pass: 'passed', block: 'blocked', inconclusive: 'inconclusive' } as const;
const mostCases = 5000;

/** What is said of an evaluation that came to a decision. */
export function gateReport(report: EvalReport, shown: Shown): GateReport {
  const { decision } = report;
  return {
    ...common(report, shown, heldAgainst(report)),
    outcome: outcomes[decision.outcome],
    facts: factsOf(report),
    why: decision.reasons.map(({ message }) => cut(message, 1000)).slice(0, 30),
  };
}

/** The same of one that came to none. */
export function undecidedGateReport(report: UndecidedReport, shown: Shown): GateReport {
  return {
    ...common(report, shown, new Set()),
    outcome: report.ending,
    facts: [],
    why: report.why
      .split('\n')
      .map((line) => cut(line, 1000))
      .slice(0, 30),
  };
}

function common(
  { app, candidate, stable, cases }: Pick<EvalReport, 'app' | 'candidate' | 'stable' | 'cases'>,
  shown: Shown,
  held: ReadonlySet<string>,
): Omit<GateReport, 'outcome' | 'facts' | 'why'> {
  const asked = cases.filter(wasAsked);
  return {
    schemaVersion: 1,
    app,
    environment: shown.environment,
    candidate,
    ...defined({ stable }),
    asked: asked.length,
    planned: cases.length,
    cases: asked
      .map((each) => reportedCase(each, shown, held.has(each.id)))
      .filter(({ state }) => state !== 'steady')
      .sort(worstFirst)
      .slice(0, mostCases),
    prompts: shown.prompts
      .map(({ prompt, from, to }) => ({ prompt, lines: cut(wordDiffLines(from, to).join('\n'), 20_000) }))
      .filter(({ lines }) => lines !== '')
      .slice(0, 20),
    values: shown.values.slice(0, 50),
    seconds: shown.seconds,
    command: cut(shown.command, 500),
  };
}

function wasAsked({ runs, fallbacks }: CaseReport): boolean {
  return runs > 0 || fallbacks.length > 0;
}

function reportedCase(each: CaseReport, { questions, places }: Shown, held: boolean): ReportedCase {
  const { id, critical, stable, reasons, failedBy } = each;
  return {
    id: cut(id, 200),
    state: stateOf(each),
    critical,
    held,
    tally: cut(tallyText(each), 300),
    failedBy: failedBy.slice(0, 20).map(({ assertion, metric }) => ({
      assertion,
      ...defined({ metric: metric === undefined ? undefined : cut(metric, 200) }),
    })),
    reasons: reasons.slice(0, 3).map((reason) => cut(reason, 300)),
    ...defined({
      stableTally: stable === undefined ? undefined : `${stable.passed}/${stable.runs}`,
      question: beginning(questions.get(id), 700),
      answer: beginning(each.output, 1000),
      stableAnswer: beginning(stable?.output, 1000),
      place: places.get(id),
    }),
  };
}

function worstFirst(a: ReportedCase, b: ReportedCase): number {
  return (
    caseStates.indexOf(a.state) - caseStates.indexOf(b.state) ||
    Number(b.held) - Number(a.held) ||
    Number(b.critical) - Number(a.critical)
  );
}

function beginning(text: string | undefined, most: number): string | undefined {
  return text === undefined ? undefined : cut(text, most);
}

/** Cut between characters, with a mark; what a terminal would act upon is written out before, since that makes it longer. */
function cut(text: string, most: number): string {
  const shown = visibleText(text);
  return shown.length <= most
    ? shown
    : `${shown
        .slice(0, most - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}

function factsOf(report: EvalReport): GateReport['facts'] {
  const { decision, arms, notProbed = [] } = report;
  const unjudged = unjudgedPromptsText(decision);
  const pairing = pairingText(decision);
  const both = (name: string, of: (arm: ArmReport) => string) => [
    name,
    of(arms.candidate),
    arms.stable === undefined ? '' : of(arms.stable),
  ];
  const rows = [
    ['pass rate', passRateText(decision), stableRate(report)],
    ['difference', differenceText(decision), ''],
    ['critical cases', criticalText(decision), ''],
    ...(unjudged === undefined ? [] : [['prompts', unjudged, '']]),
    ...(pairing === undefined ? [] : [['pairs', pairing, '']]),
    both('latency', latencyText),
    both('cost', costText),
    both('calls (errors)', ({ calls, errors }) => `${calls} (${errors})`),
    ['answered by', answersText(report.answeredBy) || 'unknown', ''],
    ...notProbed.map((sentence) => ['not probed', sentence, '']),
  ];
  return rows.slice(0, 30).map(([name = '', candidate = '', stable = '']) => ({
    name,
    candidate: cut(candidate, 600),
    stable: cut(stable, 600),
  }));
}

function stableRate({ cases }: EvalReport): string {
  const tallies = cases.flatMap(({ stable }) => stable ?? []);
  const runs = tallies.reduce((sum, each) => sum + each.runs, 0);
  if (runs === 0) return '';
  return percent(tallies.reduce((sum, each) => sum + each.passed, 0) / runs);
}
