import { bucketCount, bucketOf } from '../../split/bucket.ts';
import type { Arm } from '../../split/split.ts';

/** An answer of a subject that could be observed under a split version. */
export interface Observable {
  readonly splitVersion: number;
  readonly arm: Arm;
  /** The candidate's share of the subjects, in percent. */
  readonly weight: number;
  readonly subjectHash: string;
}

/**
 * Is a subject's answer one of those whose numbers are judged as means? As many on either arm, on the average: the arm
 * that has more subjects is thinned by their hashes, so that what comes of an answer, and whoever asks, has no part in
 * it. With each split version others are chosen.
 */
export function isObserved({ splitVersion, arm, weight, subjectHash }: Observable): boolean {
  if (weight <= 0 || weight >= 100) return false;
  const odds = weight / (100 - weight);
  const chance = Math.min(1, arm === 'stable' ? odds : 1 / odds);
  return bucketOf(`observed/${splitVersion}`, subjectHash) < chance * bucketCount;
}
