import { bucketCount, bucketOf } from './bucket.ts';
import { SluiceError } from '../errors.ts';
import type { JsonValue } from '../json.ts';

/** The side of the split that a request falls on. */
export type Arm = 'stable' | 'candidate';

/** How requests are counted for judging while a release is on; chosen per release, carried by the split. */
export interface Counting {
  /** The release whose evidence the counters feed. */
  readonly releaseId: string;
  /** A request is counted, as bad or not by then, this long after it *started*: the short horizon. */
  readonly shortHorizonMs: number;
  /** The long horizon: the plan's, or the longest total timer of the two revisions where that is shorter. */
  readonly longHorizonMs: number;
  /** What guardrails need to be counted, under names of their own (domain/guardrail); a gateway ignores what it does not know. */
  [parameter: string]: JsonValue;
}

/**
 * Who gets what: the one value that decides which revision of an app serves a request in an environment.
 * `version` only ever grows; the salt is new for each release.
 */
export interface Split {
  readonly app: string;
  readonly environment: string;
  readonly version: number;
  /** Digest of the stable revision; absent before the first release. */
  readonly stable?: string;
  /** Digest of the candidate revision. */
  readonly candidate?: string;
  /** Share of the subjects that fall on the candidate, in percent, 0..100. */
  readonly weight: number;
  /** Subjects that always get the candidate (testers), and that never do. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly salt: string;
  readonly counting?: Counting;
}

export type ArmReason =
  | 'weight' // decided by the subject's bucket
  | 'audience' // the same, at the share that the audience has before all others
  | 'included'
  | 'excluded'
  | 'no-candidate'
  | 'lease-expired' // there is a candidate, but nobody has judged it lately
  | 'pinned' // an evaluation or replay asked for this very revision
  | 'conversation' // an earlier turn of the conversation was answered by this revision
  | 'assigned' // `/v1/assign` gave this revision
  | 'candidate-withdrawn' // assigned or kept to a candidate that was taken back since
  | 'rescued'; // the candidate failed, stable answered

/** A choice of arm, with the reason for it. */
export interface ArmChoice {
  readonly arm: Arm;
  readonly reason: ArmReason;
}

/** What must hold of every split (invariant 2). Throws `invalid_request` naming the rule that is broken. */
export function assertValidSplit(split: Pick<Split, 'stable' | 'candidate' | 'weight'>): void {
  if (!Number.isFinite(split.weight) || split.weight < 0 || split.weight > 100) {
    throw new SluiceError('invalid_request', `A split's weight is between 0 and 100, not ${split.weight}.`);
  }
  if (Math.abs(split.weight * 100 - Math.round(split.weight * 100)) > 1e-9) {
    throw new SluiceError('invalid_request', `A split's weight has steps of 0.01 %, not ${split.weight}.`);
  }
  if (split.candidate === undefined && split.weight !== 0) {
    throw new SluiceError('invalid_request', 'A split without a candidate has weight 0.');
  }
}

/** How many of the 10,000 buckets a weight in percent covers. */
export function bucketsOf(weight: number): number {
  return Math.round((weight / 100) * bucketCount);
}

/**
 * The arm of a subject. Raising the weight only ever moves subjects from stable to candidate (invariant 15),
 * because a subject's bucket does not depend on the weight.
 */
export function chooseArm(split: Split, subject: string, candidateLeaseIsFresh: boolean): ArmChoice {
  if (split.candidate === undefined) return { arm: 'stable', reason: 'no-candidate' };
  if (split.exclude.includes(subject)) return { arm: 'stable', reason: 'excluded' };
  const included = split.include.includes(subject);
  const onCandidate = included || bucketOf(split.salt, subject) < bucketsOf(split.weight);
  if (onCandidate && !candidateLeaseIsFresh) return { arm: 'stable', reason: 'lease-expired' };
  return { arm: onCandidate ? 'candidate' : 'stable', reason: included ? 'included' : 'weight' };
}
