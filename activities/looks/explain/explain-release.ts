import type { EvidenceRow } from '../../../config-store/looks/counted.ts';
import type { ReleaseRow, StageRow } from '../../../config-store/releases/release-row.ts';
import type { ExplainedGuardrail, Explanation } from '../../../domain/explanation/explanation.ts';
import { actsAlone, oddsText } from '../../../domain/guardrail/odds.ts';
import {
  judgedGuardrails,
  judgedMeans,
  subjectOf,
  type JudgedGuardrail,
} from '../../../domain/guardrail/registry.ts';
import { countsOf, explainedSegment } from './counts-of.ts';
import { explainedMean } from './explained-mean.ts';
import type { MeansOfRelease, ObservedMeans } from './means-again.ts';
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
  /** What its means have observed; absent where its plan has none. */
  readonly means?: ObservedMeans;
  /** Answers to look at, the worst first. */
  readonly examples?: Explanation['examples'];
  /** What its evaluation found, and what became of its requests. */
  readonly cases?: Explanation['cases'];
  readonly traffic?: Explanation['traffic'];
}

/** Says from stored rows alone why a release went as it did. `recompute`: its looks are judged again from their counts. */
export function explain(stored: StoredRelease, { recompute }: { readonly recompute: boolean }): Explanation {
  const { release, stages, evidence, weights, means, examples = [], cases, traffic } = stored;
  const looks = storedLooks(evidence);
  const observed = means && { looks, release, observed: means };
  const newest = looks.at(-1);
  const what =
    newest &&
    whatIf(
      looks.map(({ increments }) => increments),
      release,
      presentOf(newest, release, weights),
    );
  const judged =
    newest && what ? newest.judgement.guardrails.map((each) => explained(each, looks, what, observed)) : [];
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
    examples: examples.slice(0, mostExamples),
    ...(cases === undefined ? {} : { cases }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(recompute ? { recomputed: recomputed(looks, release, weights, observed) } : {}),
  };
}

const mostExamples = 20;

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
  observed: MeansOfRelease | undefined,
): ExplainedGuardrail {
  const mean = judgedMeans(what.release.plan).find((each) => each.name === found.name);
  if (mean !== undefined) return explainedMean(found, mean, looks, observed);
  const { name, kind, evidence, threshold, note } = found;
  const own = judgedGuardrails(what.release.plan).find((each) => each.name === name);
  // Bounds and dry runs have no share, and would act at the threshold.
  const { share = 0 } = own ?? {};
  const actsAt = found.actsAt ?? actsAlone(threshold, share);
  const counters = own?.counters.map((counter) => counter.name) ?? [];
  const segment = found.segment && explainedSegment(found.segment, own, looks);
  const turns = own === undefined ? undefined : turningPointOf(found, own, what);
  return {
    ...{ name, subject: subjectOf({ name, kind }), ...countsOf(found, counters, looks), evidence, actsAt },
    ...{ odds: oddsText(evidence), actsAtOdds: oddsText(actsAt) },
    ...(own === undefined ? {} : { allowed: allowedOf(own.rule) }),
    ...(segment === undefined ? {} : { segment }),
    ...(note === undefined ? {} : { note }),
    ...(turns === undefined ? {} : { turningPoint: turns }),
  };
}

/**
 * By the segment alone, where that has more evidence than the whole and the decision turns with it; else by all requests,
 * its segments among them.
 */
function turningPointOf(
  { candidateRate, segment }: StoredJudgement['guardrails'][number],
  { counters, segments }: JudgedGuardrail,
  what: WhatIf,
): ExplainedGuardrail['turningPoint'] {
  const names = (of: JudgedGuardrail['counters']): string[] => of.map((counter) => counter.name);
  const leading = segments.find(({ name }) => segment?.leads === true && name === segment.name);
  const turns =
    leading && turningPoint(what, names(leading.counters), segment?.candidateRate ?? candidateRate);
  if (leading !== undefined && turns?.rate !== undefined)
    return { ...turns, says: `in ${leading.name} ${turns.says}` };
  const all = [counters, ...segments.map((each) => each.counters)].flatMap(names);
  return turningPoint(what, all, candidateRate);
}

function allowedOf({ ratio, floor }: { readonly ratio: number; readonly floor: number }): string {
  return `at most ${ratio} times stable's rate, and ${percent(floor)} more`;
}

const nothingByItself =
  'no guardrail by itself: too few were counted, or others would have been enough without it';

/** A guardrail that changes nothing, however good or bad its answers had been, is no reason and is not told of. */
function turnsIt(turns: ExplainedGuardrail['turningPoint']): turns is NonNullable<typeof turns> {
  return turns?.rate !== undefined || turns?.mean !== undefined;
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
    .flatMap(({ subject, turningPoint: turns }) => (turnsIt(turns) ? [`${subject}: ${turns.says}`] : []))
    .slice(0, mostTold);
  const alpha = what && keepingAlpha(what);
  if (alpha === undefined) {
    const isAsked = judged.some(({ turningPoint: turns }) => turns !== undefined);
    return told.length === 0 && isAsked ? [nothingByItself] : told;
  }
  return [...told, `alpha: with ${alpha.toPrecision(2)} instead of ${plan.alpha} it would have stayed on`];
}
