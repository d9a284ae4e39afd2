import { totalCounts, type SettledCounts } from '../../../analysis/guardrails/look-counts.ts';
import type { EvidenceRow } from '../../../config-store/looks/counted.ts';
import type { ReleaseRow, StageRow } from '../../../config-store/releases/release-row.ts';
import type { ExplainedGuardrail, Explanation } from '../../../domain/explanation/explanation.ts';
import { horizons } from '../../../domain/guardrail/arm-counts.ts';
import { actsAlone, oddsText } from '../../../domain/guardrail/odds.ts';
import { judgedGuardrails, subjectOf } from '../../../domain/guardrail/registry.ts';
import { recomputed } from './recompute.ts';
import { sentencesOf } from './sentences.ts';
import { presentOf, storedLooks, type ExplainedLook, type StoredJudgement } from './stored-looks.ts';
import { keepingAlpha, percent, turningPoint, whatIf, type WhatIf } from './turning-point.ts';

/** What is stored of a release. */
export interface StoredRelease {
  readonly release: ReleaseRow;
  readonly stages: readonly StageRow[];
  readonly evidence: readonly EvidenceRow[];
  /** The candidate's share under each split version of the release. */
  readonly weights: ReadonlyMap<number, number>;
}

/** Says from stored rows alone why a release went as it did. `recompute`: its looks are judged again from their counts. */
export function explain(stored: StoredRelease, { recompute }: { readonly recompute: boolean }): Explanation {
  const { release, stages, evidence, weights } = stored;
  const looks = storedLooks(evidence);
  const newest = looks.at(-1);
  const what =
    newest &&
    whatIf(
      looks.map(({ increments }) => increments),
      release,
      presentOf(newest, release, weights),
    );
  const judged =
    newest && what ? newest.judgement.guardrails.map((each) => explained(each, looks, what)) : [];
  const { id, app, environment, revision, label, stable, state, reason, decidedBy, planName, plan } = release;
  return {
    version: 1,
    release: {
      ...{ id, app, environment, revision, label, state, planName, alpha: plan.alpha },
      ...(stable === undefined ? {} : { stable }),
      ...(reason === undefined ? {} : { reason }),
      ...(decidedBy === undefined ? {} : { decidedBy }),
    },
    says: sentencesOf(stored, newest, judged),
    stages: stages.map(({ stage, outcome, summary }) => ({
      ...{ stage, outcome, summary, looks: evidence.filter((look) => look.stage === stage).length },
    })),
    guardrails: judged,
    whatWouldChange: whatWouldChange(release, judged, what),
    looks: looks.map(lookOf),
    ...(recompute ? { recomputed: recomputed(looks, release, weights) } : {}),
  };
}

function lookOf({ row, judgement }: ExplainedLook): Explanation['looks'][number] {
  const { stage, look, splitVersion, measuredAt: at } = row;
  return {
    ...{ stage, look, at, splitVersion },
    ...(judgement.verdict === undefined ? {} : { verdict: judgement.verdict }),
    evidence: Object.fromEntries(judgement.guardrails.map(({ name, evidence }) => [name, evidence])),
  };
}

function explained(
  found: StoredJudgement['guardrails'][number],
  looks: readonly ExplainedLook[],
  what: WhatIf,
): ExplainedGuardrail {
  const { name, kind, evidence, threshold, candidateRate, note } = found;
  const own = judgedGuardrails(what.release.plan).find((each) => each.name === name);
  // Bounds and dry runs have no share, and would act at the threshold.
  const { share = 0 } = own ?? {};
  const actsAt = found.actsAt ?? actsAlone(threshold, share);
  const counters = own?.counters.map((counter) => counter.name) ?? [];
  const turns = own === undefined ? undefined : turningPoint(what, counters, candidateRate);
  return {
    ...{ name, subject: subjectOf({ name, kind }), ...countsOf(found, counters, looks), evidence, actsAt },
    ...{ odds: oddsText(evidence), actsAtOdds: oddsText(actsAt) },
    ...(own === undefined ? {} : { allowed: allowedOf(own.rule) }),
    ...(note === undefined ? {} : { note }),
    ...(turns === undefined ? {} : { turningPoint: turns }),
  };
}

function allowedOf({ ratio, floor }: { readonly ratio: number; readonly floor: number }): string {
  return `at most ${ratio} times stable's rate, and ${percent(floor)} more`;
}

/** The sums of the counter and horizon that the stored rates are of; those of the first where none is. */
function countsOf(
  { candidateRate, stableRate }: StoredJudgement['guardrails'][number],
  counters: readonly string[],
  looks: readonly ExplainedLook[],
): Pick<ExplainedGuardrail, 'candidate' | 'stable'> {
  const sums = counters.flatMap((counter) =>
    horizons.map((horizon) =>
      sumsOf(looks.flatMap((look) => look.increments.counters[counter]?.[horizon] ?? [])),
    ),
  );
  const shown = sums.find(
    ({ candidate, stable }) => candidate.rate === candidateRate && stable.rate === stableRate,
  );
  const none = { exposed: 0, bad: 0 };
  return (
    shown ?? {
      candidate: { ...(sums[0]?.candidate ?? none), rate: candidateRate },
      stable: { ...(sums[0]?.stable ?? none), rate: stableRate },
    }
  );
}

function sumsOf(rows: readonly SettledCounts[]): Pick<ExplainedGuardrail, 'candidate' | 'stable'> {
  const { candidateExposed, candidateBad, stableExposed, stableBad } = totalCounts(rows);
  return { candidate: armOf(candidateExposed, candidateBad), stable: armOf(stableExposed, stableBad) };
}

function armOf(exposed: number, bad: number): ExplainedGuardrail['candidate'] {
  return { exposed, bad, rate: exposed === 0 ? null : bad / exposed };
}

/** At most so many guardrails are told of, those with most evidence first. */
const mostTold = 5;

function whatWouldChange(
  { plan }: ReleaseRow,
  judged: readonly ExplainedGuardrail[],
  what: WhatIf | undefined,
): string[] {
  const told = [...judged]
    .sort((a, b) => b.evidence - b.actsAt - (a.evidence - a.actsAt))
    .slice(0, mostTold)
    .flatMap(({ subject, turningPoint: turns }) =>
      turns === undefined ? [] : [`${subject}: ${turns.says}`],
    );
  const alpha = what && keepingAlpha(what);
  if (alpha === undefined) return told;
  return [...told, `alpha: with ${alpha.toPrecision(2)} instead of ${plan.alpha} it would have stayed on`];
}
