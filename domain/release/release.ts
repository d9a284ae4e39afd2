/** Where a release is. Open releases have one of the first four states; the others are ends. */
export const openStates = ['starting', 'progressing', 'paused', 'rolling_back'] as const;
export const outcomes = [
  'promoted',
  'rolled_back',
  'blocked',
  'inconclusive',
  'aborted',
  'superseded',
  'failed',
] as const;

export type OpenState = (typeof openStates)[number];
export type Outcome = (typeof outcomes)[number];
export type ReleaseState = OpenState | Outcome;

/** What may follow each state (invariant 4): `may_follow` of the database, which holds it, is the same by a test. `rolling_back` is the only way out once production was written. */
const successors: Record<OpenState, readonly ReleaseState[]> = {
  starting: ['progressing', 'rolling_back', 'failed', 'aborted', 'superseded'],
  progressing: [
    'paused',
    'rolling_back',
    'promoted',
    'blocked',
    'inconclusive',
    'aborted',
    'superseded',
    'failed',
  ],
  // A gate before production may end while somebody pauses the release.
  paused: ['progressing', 'rolling_back', 'blocked', 'inconclusive', 'aborted', 'superseded', 'failed'],
  rolling_back: ['rolled_back', 'aborted', 'superseded', 'failed'],
};

/** Is this one of the states that a release can still leave? */
export function isOpen(state: ReleaseState): state is OpenState {
  return (openStates as readonly string[]).includes(state);
}

/** May a release go from one state to another? Staying is always allowed. */
export function mayFollow(from: ReleaseState, to: ReleaseState): boolean {
  return from === to || (isOpen(from) && successors[from].includes(to));
}

/** What people decide about a release. */
export const commandKinds = ['pause', 'resume', 'abort', 'promote'] as const;
export type CommandKind = (typeof commandKinds)[number];

/** The decision that ends a stage. A measurement that broke is an error, never one of these. */
export type GateOutcome = 'pass' | 'fail' | 'inconclusive';

/** Who did something: `user:ada`, `token:ci`, `temporal:alice`, `system:reconciler`, `break-glass:root`. */
export type Actor = string;

/** The outcomes that a rollback can end in. */
export type Ending = 'rolled_back' | 'aborted' | 'superseded' | 'failed';

/**
 * How a release ends whose candidate somebody takes out: taken back by itself where the system did, aborted where a
 * person did, whichever way he came.
 */
export function endingBy(actor: Actor): Ending {
  return actor.startsWith('system:') ? 'rolled_back' : 'aborted';
}

/** The Temporal workflow of an app's release: one id per app is one of the two locks (invariant 3). */
export function releaseWorkflowId(app: string): string {
  return `release/${app}`;
}
