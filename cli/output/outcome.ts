import { exitCodes, type ExitCode } from '../../domain/errors.ts';
import type { Release } from '../../api/schemas/releases.ts';
import type { ReleaseState } from '../../domain/release/release.ts';

/** How a command ended: its exit code, the word for it, and what it has to show. */
export interface CommandOutcome {
  readonly code: ExitCode;
  /** One word for scripts, also where a wrapper squashes the exit code: `promoted`, `rolled_back`, … */
  readonly word: string;
  readonly release?: string;
  /** What `--json` prints; an object, so that outcome and code can stand beside it. */
  readonly json: Record<string, unknown>;
  /** What a person reads, on standard output. */
  readonly text: string;
  /** Standard output was somebody else's: nothing is printed there. */
  readonly silent?: true;
}

/** An outcome of code 0. */
export function done(text: string, json: Record<string, unknown>, release?: string): CommandOutcome {
  return { code: exitCodes.done, word: 'done', json, text, ...(release === undefined ? {} : { release }) };
}

const codesOfStates: Record<ReleaseState, ExitCode> = {
  starting: exitCodes.watchTimedOut,
  progressing: exitCodes.watchTimedOut,
  rolling_back: exitCodes.watchTimedOut,
  paused: exitCodes.waiting,
  promoted: exitCodes.done,
  rolled_back: exitCodes.rolledBack,
  blocked: exitCodes.gateBlocked,
  inconclusive: exitCodes.inconclusive,
  aborted: exitCodes.aborted,
  superseded: exitCodes.superseded,
  // It ended because something could not be done or measured: nothing is known of the revision.
  failed: exitCodes.unreachable,
};

/** The exit code for where a release stands when the command stops watching it (DESIGN section 12). */
export function exitCodeOfState(state: ReleaseState): ExitCode {
  return codesOfStates[state];
}

/** Does it wait for somebody who approves? */
export function waitsForApproval({ state, health }: Pick<Release, 'state' | 'health'>): boolean {
  return state === 'progressing' && health?.condition === 'approval';
}
