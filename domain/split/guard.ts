import type { Counting } from './split.ts';

/**
 * The holdback that goes on after a release's last raise: its revision is stable already, and a part of the subjects stays
 * on the former one, so that there is something to compare with. Ends with the next write of the split.
 */
export interface Guard {
  readonly releaseId: string;
  /** Digest of the revision that was stable before: the arm `stable` of what is judged. */
  readonly former: string;
  /** Share of the subjects that have the new stable revision, in percent: the arm `candidate`. */
  readonly weight: number;
  readonly counting: Counting;
}
