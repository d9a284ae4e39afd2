import type { Compensation } from '../../domain/release/progress.ts';
import type { Ending, ReleaseState } from '../../domain/release/release.ts';
import type { ProgressToKeep } from '../release/contract.ts';

/** `moved`: somebody else wrote the split since; `not-progressing`: paused, or on its way back. */
export type RaiseResult =
  | { kind: 'written'; version: number }
  | { kind: 'moved'; version: number }
  | { kind: 'not-progressing'; state: ReleaseState }
  /** People have to approve it first, or a freeze holds: to be tried again. */
  | { kind: 'waiting'; on: 'approval' | 'freeze'; says: string; untilMs?: number };

export type AckResult =
  | { kind: 'acked' }
  | { kind: 'superseded'; version: number }
  | { kind: 'refused'; gateway: string; reason: string }
  | { kind: 'waiting'; missing: string[] };

export interface SplitActivities {
  writeStep(args: {
    releaseId: string;
    stage: string;
    weight: number;
    expectedVersion: number;
    leaseMs: number;
    /** The state before the write, and when it is written by the workflow's clock. */
    kept?: ProgressToKeep;
    atMs?: number;
    /** How often the step has started again before; it is written anew each time. */
    again?: number;
  }): Promise<RaiseResult>;
  /** Ends when every live gateway serves the version, or after 30 s naming those that do not. */
  awaitAcks(args: { releaseId: string; version: number }): Promise<AckResult>;
  /** The point of no return: the candidate becomes stable and the release is closed, in one transaction. */
  promoteCandidate(args: { releaseId: string; expectedVersion: number }): Promise<RaiseResult>;
  /** Takes the candidate out; safe to repeat, and done when it serves nowhere any more. */
  withdrawCandidate(
    args: Compensation['args'] & { ending: Ending; reason: string; condemns?: false },
  ): Promise<{ version: number }>;
  /** Ends when every live gateway serves the version, or the candidate's lease has run out. */
  awaitWithdrawn(args: { app: string; environment: string; version: number }): Promise<void>;
}
