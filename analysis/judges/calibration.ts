import type { Interval } from '../numbers/bounded-mean.ts';
import { share, wilsonInterval, z95, type Proportion } from './proportion.ts';

/** What a judge said of answers whose label is known. */
export interface LabelledCounts {
  /** Good by their label, and passed. */
  readonly goodPassed: number;
  readonly goodFailed: number;
  /** Bad by their label, and passed all the same. */
  readonly badPassed: number;
  readonly badFailed: number;
}

export interface Estimate extends Interval {
  readonly estimate: number;
}

/** How well a judge sees, with two-sided 95 % intervals. */
export interface Calibration {
  /** Of good answers, the share that it passes. */
  readonly sensitivity: Estimate;
  /** Of bad answers, the share that it fails. */
  readonly specificity: Estimate;
  /** Cohen's kappa: agreement with the labels beyond what chance gives. */
  readonly kappa: Estimate;
}

/** @throws RangeError without good and bad answers */
export function calibrationOf(counts: LabelledCounts): Calibration {
  const { sensitivity, specificity } = proportionsOf(counts);
  if (sensitivity.of === 0 || specificity.of === 0)
    throw new RangeError('A calibration has good and bad answers.');
  return {
    sensitivity: { estimate: share(sensitivity), ...wilsonInterval(sensitivity) },
    specificity: { estimate: share(specificity), ...wilsonInterval(specificity) },
    kappa: kappaOf(counts),
  };
}

/** Passed of the good ones, and failed of the bad ones. */
export function proportionsOf({ goodPassed, goodFailed, badPassed, badFailed }: LabelledCounts): {
  readonly sensitivity: Proportion;
  readonly specificity: Proportion;
} {
  return {
    sensitivity: { hits: goodPassed, of: goodPassed + goodFailed },
    specificity: { hits: badFailed, of: badPassed + badFailed },
  };
}

/**
 * Cohen's kappa with the large-sample variance of Fleiss, Cohen and Everitt (1969), on Fisher's scale, so that the
 * interval stays below 1. Half an answer is added to each cell for the variance: a judge without a mistake is not certain.
 */
function kappaOf(counts: LabelledCounts): Estimate {
  const estimate = kappaAndError(counts, 0).kappa;
  const { kappa, error } = kappaAndError(counts, 0.5);
  const scaled = Math.atanh(kappa);
  const half = (z95 * error) / (1 - kappa ** 2);
  return {
    estimate,
    lower: Math.min(estimate, Math.tanh(scaled - half)),
    upper: Math.max(estimate, Math.tanh(scaled + half)),
  };
}

function kappaAndError(
  { goodPassed, goodFailed, badPassed, badFailed }: LabelledCounts,
  added: number,
): { readonly kappa: number; readonly error: number } {
  const cells = [goodPassed, goodFailed, badPassed, badFailed].map((each) => each + added);
  const n = cells.reduce((sum, each) => sum + each, 0);
  const [a = 0, b = 0, c = 0, d = 0] = cells.map((each) => each / n);
  const observed = a + d;
  // Rows are the labels, columns what the judge says.
  const [row1, row2, column1, column2] = [a + b, c + d, a + c, b + d];
  const expected = row1 * column1 + row2 * column2;
  const kappa = expected === 1 ? 1 : (observed - expected) / (1 - expected);
  const onDiagonal =
    a * (1 - (row1 + column1) * (1 - kappa)) ** 2 + d * (1 - (row2 + column2) * (1 - kappa)) ** 2;
  const beside = (1 - kappa) ** 2 * (b * (column1 + row2) ** 2 + c * (column2 + row1) ** 2);
  const variance = (onDiagonal + beside - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2);
  return { kappa, error: Math.sqrt(Math.max(0, variance)) };
}
