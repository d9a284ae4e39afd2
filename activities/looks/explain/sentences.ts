import type { ReleaseRow, StageRow } from '../../../config-store/releases/release-row.ts';
import type { ExplainedGuardrail, Explanation } from '../../../domain/explanation/explanation.ts';
import {
  caseSentences,
  mirrorSentences,
  trafficSentences,
} from '../../../domain/explanation/found-sentences.ts';
import { stateWord } from '../../../domain/explanation/words.ts';
import { oddsAgainst } from '../../../domain/guardrail/odds.ts';
import type { ExplainedLook } from './stored-looks.ts';
import { percent } from './turning-point.ts';

/** The explanation of a release for somebody who does not know its code. */
export function sentencesOf(
  { release, stages, weights, examples = [], cases, traffic }: Told,
  newest: ExplainedLook | undefined,
  judged: readonly ExplainedGuardrail[],
): string[] {
  return [
    outcomeOf(release, weights.size > 0),
    ...(newest === undefined ? lastStageOf(stages) : [lookedAt(newest)]),
    ...(cases === undefined ? [] : caseSentences(cases)),
    ...mirrorSentences(examples),
    ...judged.map(guardrailOf),
    ...(traffic === undefined ? [] : trafficSentences(traffic)),
    ...(judged.length === 0 ? [] : [meaningOf(release)]),
  ];
}

interface Told extends Partial<Pick<Explanation, 'examples' | 'cases' | 'traffic'>> {
  readonly release: ReleaseRow;
  readonly stages: readonly StageRow[];
  readonly weights: ReadonlyMap<number, number>;
}

function outcomeOf({ label, app, state, reason, decidedBy }: ReleaseRow, served: boolean): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${label} of ${app} is ${stateWord({ state, decidedBy, served })}${why}.`;
}

function lastStageOf(stages: readonly StageRow[]): string[] {
  const last = stages.at(-1);
  const none = 'No request of its candidate was judged in production.';
  return last === undefined ? [none] : [none, `${last.stage} ended as ${last.outcome}: ${last.summary}.`];
}

function lookedAt({ row: { stage, look, measuredAt, splitVersion } }: ExplainedLook): string {
  return `The newest check, number ${look} of ${stage}, was taken at ${measuredAt} under split version ${splitVersion}.`;
}

function guardrailOf(guardrail: ExplainedGuardrail): string {
  const { subject, evidence, actsAt, segment, note } = guardrail;
  const found = `${subject}: ${countedOf(guardrail)}; ${oddsAgainst(evidence, actsAt)}`;
  return `${found}${segment === undefined ? '' : worstOf(segment)}${note === undefined ? '' : `; ${note}`}.`;
}

function worstOf(segment: NonNullable<ExplainedGuardrail['segment']>): string {
  const { name, evidence, actsAt } = segment;
  return `; worst of its segments ${name}: ${countedOf(segment)}; ${oddsAgainst(evidence, actsAt)}`;
}

function countedOf({
  candidate,
  stable,
  means,
}: Pick<ExplainedGuardrail, 'candidate' | 'stable' | 'means'>): string {
  if (means === undefined) return `${armOf('candidate', candidate)}, ${armOf('stable', stable)}`;
  const corrected = means.corrected === undefined ? '' : ` (difference ${means.corrected})`;
  return `${meanOf('candidate', means.candidate)}, ${meanOf('stable', means.stable)}${corrected}`;
}

function armOf(arm: string, { exposed, bad, rate }: ExplainedGuardrail['candidate']): string {
  return exposed === 0 ? `${arm} ${percent(rate)}` : `${arm} ${bad} of ${exposed} (${percent(rate)})`;
}

function meanOf(arm: string, { answers, shown }: NonNullable<ExplainedGuardrail['means']>['stable']): string {
  return answers === 0 ? `${arm} nothing` : `${arm} ${shown} (the mean of ${answers} answers)`;
}

function meaningOf({ plan: { alpha } }: ReleaseRow): string {
  const share = Number((alpha * 100).toPrecision(3));
  return `Odds say how much better the counts fit "worse than allowed" than "no worse"; by them at most ${share} % of good releases are rolled back, however often one checks.`;
}
