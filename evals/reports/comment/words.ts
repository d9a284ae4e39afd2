import { endingWords, outcomeWords } from '../wording.ts';
import type { CaseState } from './case-state.ts';
import type { GateReport } from './report-data.ts';

/** The outcome as people read it everywhere: a glyph and a word. */
export const wordsOfOutcome: Record<
  GateReport['outcome'],
  { readonly word: string; readonly glyph: string }
> = {
  passed: outcomeWords.pass,
  blocked: outcomeWords.block,
  inconclusive: outcomeWords.inconclusive,
  failed: endingWords.failed,
  aborted: endingWords.aborted,
};

const verbs: Record<Exclude<CaseState, 'steady'>, readonly [one: string, several: string]> = {
  'newly failing': ['newly fails', 'newly fail'],
  failing: ['fails', 'fail'],
  'still failing': ['still fails', 'still fail'],
  flaky: ['is flaky', 'are flaky'],
  'not measured': ['could not be measured', 'could not be measured'],
  repaired: ['is repaired', 'are repaired'],
};

export const headings: Record<keyof typeof verbs, string> = {
  'newly failing': 'Newly failing',
  failing: 'Failing, with nothing to compare with',
  'still failing': 'Still failing, as in stable',
  flaky: 'Flaky: passed and failed',
  'not measured': 'Not measured: held against nobody',
  repaired: 'Repaired',
};

/** `Of 40 cases 1 newly fails (critical), 2 still fail; 37 pass.` */
export function countsText({
  cases,
  asked,
  planned,
}: Pick<GateReport, 'cases' | 'asked' | 'planned'>): string {
  const parts = Object.entries(verbs).flatMap(([state, [one, several]]) => {
    const found = cases.filter((each) => each.state === state);
    if (found.length === 0) return [];
    const critical = found.filter((each) => each.critical).length;
    const mark = critical === 0 ? '' : critical === found.length ? ' (critical)' : ` (${critical} critical)`;
    return [`${found.length} ${found.length === 1 ? one : several}${mark}`];
  });
  const of = asked === planned ? `${planned} cases` : `the ${asked} of ${planned} cases that were asked`;
  const rest = asked - cases.length;
  if (asked === 0) return `None of ${planned} cases was asked.`;
  if (parts.length === 0) return `All of ${of} pass.`;
  return `Of ${of} ${parts.join(', ')}${rest > 0 ? `; ${rest} pass` : ''}.`;
}

/** `42 s`, `4 min 12 s`. */
export function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
