import { averageEvidence } from './average-evidence.ts';
import { badEventEvidence } from './bad-event-test.ts';
import type { LookCounts } from './bad-event-test.ts';
import { totalCounts } from './look-counts.ts';
import type { ArmCounts } from './look-counts.ts';
import { noWorseEvidence } from './no-worse-test.ts';

export interface GuardrailLooks {
  name: string;
  /** s_g: this guardrail's share of the false alarms; the shares of all guardrails sum to 1. */
  share: number;
  /** The candidate's rate may be at most ratio x stable's + floor. */
  ratio: number;
  floor: number;
  /** With it, the guardrail must be shown to be below max(tolerance x stable's rate, floor). */
  tolerance?: number;
  /** All looks of the release, oldest first, settled at the short horizon ... */
  short: readonly LookCounts[];
  /** ... and at the long one, when every request has ended. */
  long: readonly LookCounts[];
}

export interface StepJudgementInput {
  guardrails: readonly GuardrailLooks[];
  /** How many of 1 good releases may be taken back by chance. */
  alpha: number;
  /** The total hold of the plan in milliseconds. */
  totalHoldMs: number;
}

/** Counts for people; a rate is null where nothing was exposed. */
interface RawCounts extends ArmCounts {
  candidateRate: number | null;
  stableRate: number | null;
}

export interface GuardrailJudgement {
  name: string;
  /** Mean of the evidence of the two horizons, as a natural log. */
  logE: number;
  horizons: { short: number; long: number };
  /** Sums of the long horizon where it carries the evidence, else of the short one, which is more recent. */
  raw: RawCounts;
  noWorse?: { logE: number; logThreshold: number; rejected: boolean };
}

export interface StepJudgement {
  /** The guardrails together say that the candidate is worse than allowed. */
  fail: boolean;
  logE: number;
  logThreshold: number;
  guardrails: GuardrailJudgement[];
}

/**
 * Judges all guardrails of a step after a look (DESIGN section 7): fail when the mean over the guardrails of the
 * evidence reaches 1/alpha. Each reverse test has the full alpha of its own, because all of them must be rejected.
 * No fail is no pass: time, exposures and `noWorse` decide that.
 *
 * @throws RangeError on no guardrail, shares that do not sum to 1, or alpha outside 0..1; SluiceError
 * `broken_measurement` on impossible counts.
 */
export function judgeStep({ guardrails, alpha, totalHoldMs }: StepJudgementInput): StepJudgement {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in 0..1, not ${alpha}.`);
  const logThreshold = Math.log(1 / alpha);
  const judged = guardrails.map((guardrail) => judgeGuardrail(guardrail, totalHoldMs, logThreshold));
  const logE = averageEvidence(
    judged.map((guardrail) => guardrail.logE),
    guardrails.map(({ share }) => share),
  );
  return { fail: logE >= logThreshold, logE, logThreshold, guardrails: judged };
}

function judgeGuardrail(
  guardrail: GuardrailLooks,
  totalHoldMs: number,
  logThreshold: number,
): GuardrailJudgement {
  const { name, ratio, floor, tolerance } = guardrail;
  const short = badEventEvidence(guardrail.short, { ratio, floor, totalHoldMs }).logE;
  const long = badEventEvidence(guardrail.long, { ratio, floor, totalHoldMs }).logE;
  const judgement: GuardrailJudgement = {
    name,
    logE: averageEvidence([short, long]),
    horizons: { short, long },
    raw: rawCounts(long > Math.max(0, short) ? guardrail.long : guardrail.short),
  };
  if (tolerance === undefined) return judgement;
  const { logE } = noWorseEvidence(guardrail.long, { tolerance, floor });
  return { ...judgement, noWorse: { logE, logThreshold, rejected: logE >= logThreshold } };
}

function rawCounts(looks: readonly LookCounts[]): RawCounts {
  const counts = totalCounts(looks);
  return {
    ...counts,
    candidateRate: rate(counts.candidateBad, counts.candidateExposed),
    stableRate: rate(counts.stableBad, counts.stableExposed),
  };
}

function rate(bad: number, exposed: number): number | null {
  return exposed === 0 ? null : bad / exposed;
}
