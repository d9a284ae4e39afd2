import type { GateDecision } from '../../analysis/gate/gate-decision.ts';
import type { EvalDecision } from '../gate.ts';
import { placesText } from '../run/unstable-judges.ts';
import type { Answers } from '../targets/who-answered.ts';
import type { ArmReport, CaseReport, EvalReport, UndecidedReport } from '../report.ts';
import { notPassed } from './comment/case-state.ts';

/** The gate's outcome, as a word and a glyph: neither alone, for those who do not see colours. */
export const outcomeWords: Record<
  GateDecision['outcome'],
  { readonly word: string; readonly glyph: string }
> = {
  pass: { word: 'PASS', glyph: '✓' },
  block: { word: 'BLOCK', glyph: '✗' },
  inconclusive: { word: 'INCONCLUSIVE', glyph: '?' },
};

/** How an evaluation ends that comes to no decision. */
export const endingWords: Record<
  UndecidedReport['ending'],
  { readonly word: string; readonly glyph: string }
> = {
  failed: { word: 'FAILED', glyph: '✗' },
  blocked: { word: 'BLOCK', glyph: '✗' },
  aborted: { word: 'ABORTED', glyph: '✗' },
};

/** `Nothing was decided; 12 of 30 cases had been asked.` */
export function askedText({ cases }: Pick<UndecidedReport, 'cases'>): string {
  const asked = cases.filter(({ runs }) => runs > 0).length;
  return `Nothing was decided; ${asked} of ${cases.length} cases had been asked.`;
}

/** `95.0 %` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  return difference > 0 ? `+${text}` : text;
}

/** `95.0 % (88.8 to 97.8 %), 90.0 % asked for`: with the interval that the gate judged. */
export function passRateText({ absolute }: EvalDecision): string {
  const { rate, lower, upper } = absolute;
  return rate === null
    ? 'nothing ran'
    : `${percent(rate)} (${(lower * 100).toFixed(1)} to ${percent(upper)})`;
}

/** `+1.2 points (-0.4 to +2.8)`, or that there was nothing to compare with. */
export function differenceText({ relative, byCriticalCases }: EvalDecision): string {
  if (byCriticalCases === true) return 'not compared: critical cases alone decide';
  if (relative === undefined) return 'no stable revision to compare with';
  const { estimate, lower, upper } = relative;
  if (!Number.isFinite(lower)) return `${points(estimate)} points (too few cases for an interval)`;
  return `${points(estimate)} points (${points(lower)} to ${points(upper)})`;
}

/** Critical cases that are not cleared, on any target. */
function uncleared({ critical, fallbacks }: EvalDecision): string[] {
  return [...critical.cases, ...(fallbacks?.cases ?? [])]
    .filter(({ state }) => state !== 'cleared')
    .map(({ id }) => id);
}

export function criticalText(decision: EvalDecision): string {
  const all = decision.critical.cases.length + (decision.fallbacks?.cases.length ?? 0);
  if (all === 0) return 'none';
  const open = uncleared(decision);
  return open.length === 0
    ? `all ${all} cleared`
    : `${open.length} of ${all} not cleared: ${open.join(', ')}`;
}

/** Names the prompts that no case asks; undefined where every prompt has one. */
export function unjudgedPromptsText({ promptsWithoutCases }: EvalDecision): string | undefined {
  return promptsWithoutCases === undefined ? undefined : `no case asks ${promptsWithoutCases.join(', ')}`;
}

/** What judges did with pairs: `default: the same place in both orders in 3 of 60 pairs (5 %, 2 to 14 %), the first 2 times`. */
export function pairingText({ pairing = [] }: EvalDecision): string | undefined {
  if (pairing.length === 0) return undefined;
  return pairing
    .map((each) => `${each.judge}: the same place in both orders in ${placesText(each)}`)
    .join('; ');
}

export function latencyText({ latencyP50Ms, latencyP95Ms }: ArmReport): string {
  if (latencyP50Ms === undefined || latencyP95Ms === undefined) return 'unknown';
  return `p50 ${latencyP50Ms.toFixed(0)} ms, p95 ${latencyP95Ms.toFixed(0)} ms`;
}

export function costText({ costUsd, unpriced, calls }: ArmReport): string {
  if (costUsd === undefined) return 'unknown';
  const text = `${costUsd.toFixed(4)} USD`;
  return unpriced === 0 ? text : `${text} (${unpriced} of ${calls} calls without a price)`;
}

/** `openai/gpt-5-mini 120, target 2 (anthropic/claude-haiku-4-5) 10`; empty where nobody said who answered. */
export function answersText(answers: readonly Answers[]): string {
  return answers
    .map(({ target, name, answers: count }) => {
      const position = `target ${target + 1}`;
      if (name === undefined) return `${position} ${count}`;
      return target === 0 ? `${name} ${count}` : `${position} (${name}) ${count}`;
    })
    .join(', ');
}

/** Cases that did not always pass, the critical first and then the worst. */
export function failedCases({ cases }: Pick<EvalReport, 'cases'>): CaseReport[] {
  const failed = cases.filter((each) => notPassed(each) > 0);
  return failed.sort((a, b) => Number(b.critical) - Number(a.critical) || notPassed(b) - notPassed(a));
}

/** `3/5`, with the further targets of a critical case after it. */
export function tallyText({ runs, passed, fallbacks }: CaseReport): string {
  const further = fallbacks.map((each) => `target ${each.target + 1}: ${each.passed}/${each.runs}`);
  return [`${passed}/${runs}`, ...further].join(', ');
}
