import type { Actor, GateOutcome, Outcome } from '../../domain/release/release.ts';
import type { Course } from '../../domain/release/course.ts';
import type { GuardrailStatus } from '../looks/contract.ts';
import type { Progress, ReleaseCommand } from '../../domain/release/progress.ts';

/** What a release is about, as the workflow needs it; small, because it stands in the history. */
export interface OpenedRelease {
  readonly releaseId: string;
  readonly app: string;
  readonly environment: string;
  readonly label: string;
  readonly revision: string;
  readonly stable: string | undefined;
  readonly planName: string;
  readonly course: Course;
  readonly splitVersion: number;
  readonly actor: Actor;
  /** Where the run before has left the release; absent at its beginning. */
  readonly progress?: Progress;
  /** Whether the typed search attributes exist on this Temporal; without them the release goes on, unlisted. */
  readonly searchAttributes: boolean;
}

export interface ReleaseOutcome {
  readonly outcome: Outcome;
  readonly reason: string;
  /** The guardrail that ended it, where one did. */
  readonly guardrail?: string;
  /** False where nothing was found to be wrong with the candidate: its revision may be released again as it is. */
  readonly condemns?: false;
}

/** A person went on over what a step had shown: by whom, and on what evidence. */
export interface StepOverride {
  readonly actor: Actor;
  readonly reason?: string;
  /** What the step lacked of a pass, as a sentence. */
  readonly lacking: string;
  readonly weight: number;
  readonly splitVersion: number;
  readonly heldMs: number;
  readonly holdMs: number;
  readonly exposures: { readonly candidate: number; readonly stable: number };
  readonly guardrails: GuardrailStatus[];
}

/** A release's state as a transition leaves it, and the run that writes it: an older run's is refused. */
export interface ProgressToKeep {
  readonly runId: string;
  readonly firstRunId: string;
  readonly progress: Progress;
}

export interface ReleaseActivities {
  /**
   * Opens the release of the row that the API has committed, or of a workflow started by hand. An older open release
   * of the app whose run is gone is rolled back and closed first. Fails with `conflict` for a closed release.
   */
  openRelease(args: {
    readonly app: string;
    readonly releaseId?: string;
    readonly revision?: string;
    readonly plan?: string;
    readonly workflowId: string;
    readonly firstRunId: string;
    /** This run, and the one that it continues. Absent in histories from when a run carried its state. */
    readonly runId?: string;
    readonly continuedRunId?: string;
    /** State that a run of before has carried: taken over once, if it agrees with the release's rows. */
    readonly carried?: Progress;
  }): Promise<OpenedRelease>;
  /** Marks the stage as entered, and says whether the split is still where the release left it. */
  enterStage(args: {
    readonly releaseId: string;
    readonly stage: string;
    readonly splitVersion: number;
    readonly kept?: ProgressToKeep;
  }): Promise<{ readonly kind: 'entered' | 'superseded' }>;
  recordStage(args: {
    readonly releaseId: string;
    readonly stage: string;
    readonly outcome: GateOutcome | 'skipped' | 'error' | 'override';
    readonly summary: string;
    /** With the outcome `override`: by whom, and what the step had shown by then. */
    readonly override?: StepOverride;
    readonly evidenceDigest?: string;
    readonly startedMs: number;
    readonly kept?: ProgressToKeep;
  }): Promise<void>;
  /** Keeps where the release is before its workflow goes on in a new run. */
  keepProgress(args: { readonly releaseId: string; readonly kept: ProgressToKeep }): Promise<void>;
  /** Asks Temporal to cancel the run, which has nothing left to do: it closes as cancelled then. */
  requestCancel(args: { readonly workflowId: string; readonly runId: string }): Promise<void>;
  /** Closes the row. A rollback that was asked for elsewhere decides the outcome: the row's `ending` wins. */
  closeRelease(
    args: { readonly releaseId: string; readonly app: string } & ReleaseOutcome,
  ): Promise<ReleaseOutcome>;
}

export type PlainSignal = 'pause' | 'resume' | 'abort';

/** What people have decided about a release. */
export interface Decisions {
  readonly commands: ReleaseCommand[];
  /** Why the release is being rolled back, where it is: by an abort, or past the release. */
  readonly rollingBack?: string;
}

export interface CommandActivities {
  /** Records the n-th plain signal of its kind in this run, or its cancellation, as `temporal:<identity>`'s command. */
  recordSignal(args: {
    readonly releaseId: string;
    readonly kind: PlainSignal | 'cancel';
    /** 1 for the first of its kind in the run. */
    readonly ordinal: number;
    readonly workflowId: string;
    readonly runId: string;
  }): Promise<void>;
  /** Records what the release itself decides, as where a plan says to pause. */
  recordPause(args: {
    readonly releaseId: string;
    readonly key: string;
    readonly reason: string;
  }): Promise<void>;
  /** Ends a pause that is older than the command, so that the split may be raised again: a promotion does this. */
  endPause(args: { readonly releaseId: string; readonly commandId: number }): Promise<void>;
  /** What the workflow has not applied: an abort before all, else the oldest first. */
  readCommands(args: { readonly releaseId: string }): Promise<Decisions>;
  markCommandApplied(args: {
    readonly id: number;
    readonly result: string;
    readonly releaseId?: string;
    readonly kept?: ProgressToKeep;
  }): Promise<void>;
}
