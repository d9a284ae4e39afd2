import { bucketOf, bucketsOf } from './bucket.ts';

/** The side of a split. */
export type Arm = 'stable' | 'candidate';

/** Who gets what, as gateways stream it. */
export interface Split {
  readonly app: string;
  readonly environment: string;
  /** Only ever grows. */
  readonly version: number;
  /** Digest of the revision of the arm `stable`. */
  readonly stable: string;
  readonly candidate?: string;
  /** The arm of all subjects while nobody judges the release. */
  readonly fallback: Arm;
  /** Share of the subjects on the candidate, in percent. */
  readonly weight: number;
  /** Subjects that always get the candidate, and that never do. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly salt: string;
}

/** A revision of the app: what the application builds its call from. */
export interface Revision {
  readonly digest: string;
  readonly label: string;
  /** Prompts, chain and parameters as sluice.yaml names them; absent without the key's scope `prompts`. */
  readonly content?: unknown;
}

/** Why a subject is on its arm. */
export type Reason = 'weight' | 'included' | 'excluded' | 'no-candidate' | 'lease-expired';

/** The arm that bucket and weight give; raising the weight only ever moves subjects from stable to candidate. */
function dealtArm(split: Split, subject: string): { readonly arm: Arm; readonly reason: Reason } {
  if (split.candidate === undefined) return { arm: 'stable', reason: 'no-candidate' };
  if (split.exclude.includes(subject)) return { arm: 'stable', reason: 'excluded' };
  if (split.include.includes(subject)) return { arm: 'candidate', reason: 'included' };
  const onCandidate = bucketOf(split.salt, subject) < bucketsOf(split.weight);
  return { arm: onCandidate ? 'candidate' : 'stable', reason: 'weight' };
}

/** The arm of a subject, and what it is counted under. `fresh`: is the lease of the release running? */
export function chooseArm(
  split: Split,
  subject: string,
  fresh: boolean,
): { readonly arm: Arm; readonly reason: Reason; readonly countedArm: Arm | 'lease-expired' } {
  const { arm, reason } = dealtArm(split, subject);
  if (fresh || arm === split.fallback) return { arm, reason, countedArm: arm };
  return { arm: split.fallback, reason: 'lease-expired', countedArm: 'lease-expired' };
}
