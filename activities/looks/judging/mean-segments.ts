import { actsAlone, oddsAgainst } from '../../../domain/guardrail/odds.ts';
import type { JudgedMean } from '../../../domain/guardrail/registry.ts';
import type { GuardrailStatus, SegmentStatus } from '../contract.ts';
import type { Increments } from './increments.ts';
import type { MeanResult } from './mean-states.ts';
import { notJudged } from './segment-status.ts';

/** What the segments of a guardrail of means say at a look. */
interface MeanSegments {
  /** That with most evidence; absent where it has none, or nothing is observed of them. */
  readonly worst?: SegmentStatus;
  /** Of the worst, where it takes the candidate back by itself. */
  readonly worseSentence?: string;
  /** Of those that are not judged at this look: which and why. */
  readonly note?: string;
}

/**
 * Each of them fails by itself, at its part of one half of the guardrail's share: the other half is that of all requests.
 * One without bounds, or of which too many values are missing, says nothing, holds nothing, and is named with the reason.
 */
export function judgeMeanSegments(
  { guardrail, share, segments }: JudgedMean,
  means: Increments['means'],
  threshold: number,
): MeanSegments {
  const actsAt = actsAlone(threshold, share / (2 * segments.length));
  const judged = segments.flatMap(({ name, key }) => {
    const result = means?.[key];
    if (result === undefined || result.broken !== undefined || result.dryRun !== undefined) return [];
    const values = valuesOf(guardrail.shown, result);
    const { evidence } = result;
    return [{ name, evidence, actsAt, candidateRate: null, stableRate: null, ...(values && { values }) }];
  });
  const note = notJudged(
    segments.flatMap(({ name, key }) => {
      const why = means?.[key]?.broken ?? means?.[key]?.dryRun;
      return why === undefined ? [] : [`${name}: ${why}`];
    }),
  );
  const noted = note === undefined ? {} : { note };
  const [first, ...others] = judged;
  if (first === undefined) return noted;
  const found = others.reduce((a, b) => (b.evidence > a.evidence ? b : a), first);
  if (found.evidence < actsAt) return { ...noted, worst: found };
  return {
    ...noted,
    worst: { ...found, leads: true },
    worseSentence: worseSentence(` in ${found.name}`, found.values, found),
  };
}

/** `worse than stable in tenant=acme: $0.02 (300) against $0.01 (310), 300 : 1 against "no worse", …`. */
export function worseSentence(
  where: string,
  values: GuardrailStatus['values'] | undefined,
  {
    evidence,
    actsAt,
    corrected,
  }: Pick<SegmentStatus, 'evidence' | 'actsAt'> & { readonly corrected?: string | undefined },
): string {
  const rates = `${values?.candidate ?? '?'} against ${values?.stable ?? '?'}`;
  const behind = corrected === undefined ? '' : ` (${corrected})`;
  return `worse than stable${where}: ${rates}${behind}, ${oddsAgainst(evidence, actsAt)}`;
}

/** Both means with how many answers they are of, as people read them. */
export function valuesOf(
  shown: (value: number) => string,
  result: MeanResult | undefined,
): GuardrailStatus['values'] | undefined {
  const text = ({ mean, count }: MeanResult['candidate']): string | undefined =>
    mean === null ? undefined : `${shown(mean)} (${count})`;
  const [candidate, stable] = [result && text(result.candidate), result && text(result.stable)];
  return candidate === undefined || stable === undefined ? undefined : { candidate, stable };
}
