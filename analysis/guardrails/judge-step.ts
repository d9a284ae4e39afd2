import { averageEvidence } from '../numbers/average-evidence.ts';
import {
  judgeCounters,
  type CounterLooks,
  type CounterState,
  type CountersJudgement,
  type RawCounts,
} from './judge-counters.ts';

export interface GuardrailLooks {
  readonly name: string;
  /** s_g: this guardrail's share of the false alarms; the shares of all guardrails of the plan sum to 1. */
  readonly share: number;
  /** An alarm that only such guardrails bring about holds the step, and takes nothing back. */
  readonly holds?: boolean;
  /** The candidate's rate may be at most ratio x stable's + floor. */
  readonly ratio: number;
  readonly floor: number;
  /** With it, the guardrail must be shown to be below max(tolerance x stable's rate, floor). */
  readonly tolerance?: number;
  /** What it is counted by, at least one: their evidences are averaged. */
  readonly counters: readonly CounterLooks[];
  /** Parts of the same requests, fixed before the first look: half of the share is split over them evenly. */
  readonly segments?: readonly SegmentLooks[];
}

export interface SegmentLooks {
  readonly name: string;
  readonly counters: readonly CounterLooks[];
}

export interface StepJudgementInput {
  readonly guardrails: readonly GuardrailLooks[];
  /** How many of 1 good releases may be taken back by chance. */
  readonly alpha: number;
  /** The share of it that is judged elsewhere: no evidence of it is in the sum. */
  readonly elsewhere?: number;
  /**
   * The total hold of the plan in milliseconds, for releases that began under the first rules: the mass moves with it,
   * and the horizons' evidences are averaged. Without it the looks say what is due, and the larger half decides.
   */
  readonly totalHoldMs?: number;
}

export interface GuardrailJudgement {
  readonly name: string;
  /** Of both horizons, as a natural log: the larger of their halves, under the first rules their mean. */
  readonly logE: number;
  readonly horizons: { readonly short: number; readonly long: number };
  /** Sums of the long horizon where it carries the evidence, else of the short one, which is more recent. */
  readonly raw: RawCounts;
  readonly noWorse?: { readonly logE: number; readonly logThreshold: number; readonly rejected: boolean };
  /** Of each counter, in their order. */
  readonly states: CounterState[];
  /** Where it has segments: of each, in their order. */
  readonly segments: SegmentJudgement[];
}

export interface SegmentJudgement {
  readonly name: string;
  /** As if it were a guardrail by itself. */
  readonly logE: number;
  /** Its part of the guardrail's evidence is larger than that of the whole. */
  readonly leads: boolean;
  readonly raw: RawCounts;
  readonly states: CounterState[];
}

export interface StepJudgement {
  /** The guardrails that take back together say that the candidate is worse than allowed. */
  readonly fail: boolean;
  /** All together say so. */
  readonly alarm: boolean;
  readonly logE: number;
  readonly logThreshold: number;
  readonly guardrails: GuardrailJudgement[];
}

/**
 * Judges all guardrails of a step after a look (DESIGN section 7): fail when the mean over the guardrails of the
 * evidence reaches 1/alpha at half of either horizon. What is left of the shares is of guardrails that are not judged: their evidence stays 1.
 * Each reverse test has the full alpha of its own, because all of them must be rejected.
 * No fail is no pass: time, exposures and `noWorse` decide that.
 *
 * @throws RangeError on no guardrail, shares that sum to more than 1, or alpha outside 0..1; SluiceError
 * `broken_measurement` on impossible counts.
 */
export function judgeStep({
  guardrails,
  alpha,
  totalHoldMs,
  elsewhere = 0,
}: StepJudgementInput): StepJudgement {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in 0..1, not ${alpha}.`);
  if (guardrails.length === 0) throw new RangeError('There is no guardrail to judge.');
  const logThreshold = Math.log(1 / alpha);
  const join = totalHoldMs === undefined ? largerHalf : averageEvidence;
  const judged = guardrails.map((guardrail) =>
    judgeGuardrail(guardrail, { totalHoldMs, logThreshold, join }),
  );
  const together = (of: readonly GuardrailLooks[]) =>
    join([horizonLogE(of, judged, 'short', elsewhere), horizonLogE(of, judged, 'long', elsewhere)]);
  const logE = together(guardrails);
  const fail = together(guardrails.filter(({ holds }) => holds !== true)) >= logThreshold;
  return { fail, alarm: logE >= logThreshold, logE, logThreshold, guardrails: judged };
}

/**
 * The two horizons settle the same requests at two times, so their mean is not known to be an e-process. Each half is
 * one with half of the false alarms, in its own order of events; what reaches the threshold with either is safe by the
 * union bound.
 */
function largerHalf(logEs: readonly number[]): number {
  return Math.max(...logEs) - Math.log(logEs.length);
}

/** The evidence of some guardrails at one horizon, where that of all others is 1: they say nothing. */
function horizonLogE(
  of: readonly GuardrailLooks[],
  judged: readonly GuardrailJudgement[],
  horizon: 'short' | 'long',
  elsewhere: number,
): number {
  const shares = of.map(({ share }) => share);
  const rest = Math.max(0, 1 - elsewhere - shares.reduce((sum, share) => sum + share, 0));
  const logEs = of.map(({ name }) => judged.find((each) => each.name === name)?.horizons[horizon] ?? 0);
  return averageEvidence([...logEs, 0, -Infinity], [...shares, rest, elsewhere]);
}

interface JudgingRules {
  readonly totalHoldMs: number | undefined;
  readonly logThreshold: number;
  /** Makes one evidence of the two horizons'. */
  readonly join: (logEs: readonly number[]) => number;
}

function judgeGuardrail(
  guardrail: GuardrailLooks,
  { totalHoldMs, logThreshold, join }: JudgingRules,
): GuardrailJudgement {
  const { name, tolerance, segments = [] } = guardrail;
  const whole = judgeCounters(guardrail, guardrail.counters, totalHoldMs);
  const { tolerance: _, ...unshown } = guardrail;
  const parts = segments.map(({ counters }) => judgeCounters(unshown, counters, totalHoldMs));
  const short = wholeAndParts(whole, parts, 'short');
  const long = wholeAndParts(whole, parts, 'long');
  const joined = ({ short: ofShort, long: ofLong }: CountersJudgement) => join([ofShort, ofLong]);
  const judgement = {
    ...{ name, logE: join([short, long]), horizons: { short, long }, raw: whole.raw, states: whole.states },
    segments: parts.map((part, i) => ({
      ...{ name: segments[i]?.name ?? '', logE: joined(part), raw: part.raw, states: part.states },
      leads: joined(part) - Math.log(parts.length) > joined(whole),
    })),
  };
  if (tolerance === undefined) return judgement;
  // Each of them must be rejected: what is not shown by one counter is not shown. Segments are too few to show it of.
  const logE = whole.noWorse ?? -Infinity;
  return { ...judgement, noWorse: { logE, logThreshold, rejected: logE >= logThreshold } };
}

/** Half of the guardrail's share is on the whole, the other split over its segments: e-values all, so their mean is one. */
function wholeAndParts(
  whole: CountersJudgement,
  parts: readonly CountersJudgement[],
  horizon: 'short' | 'long',
): number {
  if (parts.length === 0) return whole[horizon];
  return averageEvidence([whole[horizon], averageEvidence(parts.map((part) => part[horizon]))]);
}
