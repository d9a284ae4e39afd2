import { logBeta } from '../numbers/log-gamma.ts';

export interface SplitCounts {
  /** The candidate's share of the subjects that the split version asks for, 0..1. */
  readonly weight: number;
  /** Subjects by arm, each counted once: drawn by the gateways, or new in the release. */
  readonly candidateSubjects: number;
  readonly stableSubjects: number;
}

export interface SplitCheck {
  readonly logE: number;
  readonly logThreshold: number;
  /** False: they do not fall as the weight says; what that means is the caller's. */
  readonly agrees: boolean;
}

/** k of the section: how closely the beta prior sits about the weight. */
const concentration = 500;
const threshold = 1000;

/**
 * The sample-ratio check of one split version: a beta mixture over the candidate's share against the weight, which may
 * be looked at after every subject (DESIGN section 7, STATISTICS section 9; Lindon and Malek 2022). It needs subjects
 * that are *new*: by request, or with subjects that return, a right split fails in a third of the cases.
 *
 * @throws RangeError on a weight outside 0..1 or negative counts.
 */
export function checkSplit({ weight, candidateSubjects, stableSubjects }: SplitCounts): SplitCheck {
  if (!(weight >= 0 && weight <= 1)) throw new RangeError(`weight is a share in 0..1, not ${weight}.`);
  if (!(candidateSubjects >= 0 && stableSubjects >= 0))
    throw new RangeError('Numbers of subjects are not negative.');
  const logE = splitLogE(weight, candidateSubjects, stableSubjects);
  const logThreshold = Math.log(threshold);
  return { logE, logThreshold, agrees: logE < logThreshold };
}

function splitLogE(weight: number, candidate: number, stable: number): number {
  if (weight === 0) return candidate === 0 ? 0 : Infinity;
  if (weight === 1) return stable === 0 ? 0 : Infinity;
  const a = concentration * weight;
  const b = concentration * (1 - weight);
  const observed = logBeta(a + candidate, b + stable) - logBeta(a, b);
  return observed - candidate * Math.log(weight) - stable * Math.log1p(-weight);
}
