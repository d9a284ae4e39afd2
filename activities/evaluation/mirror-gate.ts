import { digestOf } from '../../domain/revision/digest.ts';
import { subjectOf } from '../../domain/guardrail/registry.ts';
import type { MirrorDecision, MirrorPlan, SampleChoice, ShownPairs } from '../../evals/mirror/mirror-work.ts';
import type { ReplayedGuardrail } from '../../evals/mirror/replayed-guardrails.ts';
import type { WorkResult } from '../../evals/run/work.ts';
import { shortened } from '../../domain/text/shortened.ts';
import type { GateResult } from './contract.ts';

/** A summary has 300 bytes at the most, and says how much of it is missing. */
const mostCharacters = 260;

/** The gate where there was nothing to judge, and nothing to show. */
export function tooFewSamples({ have, need, choice }: SampleShortfall, maxWait: string): GateResult {
  return {
    outcome: 'inconclusive',
    summary: shortened(
      `${have} of ${need} samples of production that can be asked again came within ${maxWait}${leftOut(choice)}`,
      mostCharacters,
    ),
  };
}

/** How many of the samples that a mirror needs are there. */
export interface SampleShortfall {
  readonly have: number;
  readonly need: number;
  readonly choice: SampleChoice;
}

/** The largest are told of; `sluice mirror show` has them all. */
const mostStrata = 3;

/** What samples there are, and why others are not asked. */
export function leftOut({ strata, repeats, unreadable }: SampleChoice): string {
  const there = strata
    .toSorted((a, b) => b.there - a.there)
    .slice(0, mostStrata)
    .map(({ name, later, there: count }) => `${count} ${name}${later ? ', later turns' : ''}`);
  const why = [
    ...(there.length < 2 ? [] : [there.join('; ')]),
    ...(repeats === 0 ? [] : [`${repeats} more ask what a newer one asks`]),
    ...(unreadable === 0 ? [] : [`${unreadable} cannot be read`]),
  ];
  return why.length === 0 ? '' : ` (${why.join(', ')})`;
}

/** What a mirror came to, as people read it. */
export function mirrorGate(
  plan: MirrorPlan,
  decision: MirrorDecision,
  results: readonly WorkResult[],
): GateResult {
  const { pairs, candidateFailed, stableFailed, answers, outcome, guardrails, shown } = decision;
  const points = (share: number): string => (share * 100).toFixed(1);
  const rows = results.map(({ caseId, revision, verdict, error, details: { cut, facts } }) => [
    caseId,
    revision,
    verdict === 'passed',
    error ?? null,
    ...[cut ?? null, facts?.refused ?? null, facts?.format ?? null],
  ]);
  return {
    outcome,
    summary: shortened(
      `${pairs} pairs; failed: candidate ${candidateFailed}, stable ${stableFailed}${waysOf(decision)}; ` +
        `difference ${points(answers.estimate)} points, margin ${points(plan.margin)}` +
        scoresSentence(decision) +
        goneSentence(plan, decision) +
        (shown === undefined ? '' : shownSentence(shown)) +
        guardrails.map(replayedSentence).join(''),
      mostCharacters,
    ),
    evidenceDigest: digestOf({ plan, rows: rows.map((row) => JSON.stringify(row)).sort() }),
  };
}

function scoresSentence({ scores }: MirrorDecision): string {
  if (scores === undefined) return '';
  const { candidate, stable, difference, missing, pairs, outcome } = scores;
  const lacking = missing === 0 ? '' : `, ${missing} of ${missing + pairs} could not be scored`;
  const points = (difference * 100).toFixed(1);
  return `; scores ${candidate.toFixed(2)} and ${stable.toFixed(2)}: ${points} points, ${outcome}${lacking}`;
}

function replayedSentence({ name, candidateBad, stableBad, exceeded }: ReplayedGuardrail): string {
  const counts = `; ${subjectOf({ name })}: candidate ${candidateBad}, stable ${stableBad}`;
  return exceeded ? `${counts}, more than the plan allows: their first target does not answer them` : counts;
}

/** How the candidate's answers fall short, the commonest first: ` (5 refused, 2 cut off)`. */
function waysOf({ first, later }: MirrorDecision): string {
  const counts = new Map<string, number>();
  for (const { name, candidate } of [...first.shortcomings, ...(later?.shortcomings ?? [])])
    counts.set(name, (counts.get(name) ?? 0) + candidate);
  const ways = [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return ways.length === 0
    ? ''
    : ` (candidate: ${ways.map(([name, count]) => `${count} ${name}`).join(', ')})`;
}

/** Samples that were not asked of both arms are those whose time was over before. */
function goneSentence({ samples }: MirrorPlan, { pairs }: MirrorDecision): string {
  const gone = samples.filter(({ altered }) => altered !== true).length - pairs;
  return gone === 0 ? '' : `; ${gone} expired unasked`;
}

function shownSentence({ pairs, candidateFailed, stableFailed }: ShownPairs): string {
  return `; not judged, altered by redaction: ${pairs} pairs, failed: candidate ${candidateFailed}, stable ${stableFailed}`;
}
