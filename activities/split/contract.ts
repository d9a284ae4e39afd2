import type { Compensation } from '../../domain/release/progress.ts';
import type { Ending, ReleaseState } from '../../domain/release/release.ts';
import type { ProgressToKeep } from '../release/contract.ts';

/** `moved`: somebody else wrote the split since; `not-progressing`: paused, or on its way back. */
export type RaiseResult =
  | { readonly kind: 'written'; readonly version: number }
  | { readonly kind: 'moved'; readonly version: number }
  | { readonly kind: 'not-progressing'; readonly state: ReleaseState }
  /**
   * People have to approve it first, or a freeze holds, of the calendar or, without an end that is known, by an alarm of the
   * stable watch: to be tried again.
   */
  | {
      readonly kind: 'waiting';
      readonly on: 'approval' | 'freeze';
      readonly says: string;
      readonly untilMs?: number;
    };

export type AckResult =
  | { readonly kind: 'acked' }
  | { readonly kind: 'superseded'; readonly version: number }
  | { readonly kind: 'refused'; readonly gateway: string; readonly reason: string }
  | { readonly kind: 'waiting'; readonly missing: string[] };

export interface SplitActivities {
  writeStep(args: {
    readonly releaseId: string;
    readonly stage: string;
    readonly weight: number;
    readonly expectedVersion: number;
    readonly leaseMs: number;
    /** The state before the write, and when it is written by the workflow's clock. */
    readonly kept?: ProgressToKeep;
    readonly atMs?: number;
    /** How often the step has started again before; it is written anew each time. */
    readonly again?: number;
  }): Promise<RaiseResult>;
  /** Ends when every live gateway serves the version, or after 30 s naming those that do not. */
  awaitAcks(args: { readonly releaseId: string; readonly version: number }): Promise<AckResult>;
  /** The point of no return: the candidate becomes stable and the release is closed, in one transaction. */
  promoteCandidate(args: {
    readonly releaseId: string;
    readonly expectedVersion: number;
  }): Promise<RaiseResult>;
  /** Takes the candidate out; safe to repeat, and done when it serves nowhere any more. */
  withdrawCandidate(
    args: Compensation['args'] & {
      readonly ending: Ending;
      readonly reason: string;
      readonly condemns?: false;
    },
  ): Promise<{ readonly version: number }>;
  /** Ends when every live gateway serves the version, or the candidate's lease has run out. */
  awaitWithdrawn(args: {
    readonly app: string;
    readonly environment: string;
    readonly version: number;
  }): Promise<void>;
}
