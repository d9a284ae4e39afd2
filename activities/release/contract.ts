import type { Actor, GateOutcome, Outcome } from '../../domain/release/release.ts';
import type { Course } from '../../domain/release/course.ts';
import type { GuardrailStatus } from '../looks/contract.ts';
import type { Progress, ReleaseCommand } from '../../domain/release/progress.ts';

/** What a release is about, as the workflow needs it; small, because it stands in the history. */
export interface OpenedRelease {
  releaseId: string;
  app: string;
  environment: string;
  label: string;
  revision: string;
  stable: string | undefined;
  planName: string;
  course: Course;
  splitVersion: number;
  actor: Actor;
  /** Where the run before has left the release; absent at its beginning. */
  progress?: Progress;
  /** Whether the typed search attributes exist on this Temporal; without them the release goes on, unlisted. */
  searchAttributes: boolean;
}

export interface ReleaseOutcome {
  outcome: Outcome;
  reason: string;
  /** The guardrail that ended it, where one did. */
  guardrail?: string;
  /** False where nothing was found to be wrong with the candidate: its revision may be released again as it is. */
  condemns?: false;
}

/** A person went on over what a step had shown: by whom, and on what evidence. */
export interface StepOverride {
  actor: Actor;
  reason?: string;
  /** What the step lacked of a pass, as a sentence. */
  lacking: string;
  weight: number;
  splitVersion: number;
  heldMs: number;
  holdMs: number;
  exposures: { candidate: number; stable: number };
  guardrails: GuardrailStatus[];
}

/** A release's state as a transition leaves it, and the run that writes it: an older run's is refused. */
export interface ProgressToKeep {
  runId: string;
  firstRunId: string;
  progress: Progress;
}

export interface ReleaseActivities {
  /**
   * Opens the release of the row that the API has committed, or of a workflow started by hand. An older open release
   * of the app whose run is gone is rolled back and closed first. Fails with `conflict` for a closed release.
   */
  openRelease(args: {
    app: string;
    releaseId?: string;
    revision?: string;
    plan?: string;
    workflowId: string;
    firstRunId: string;
    /** This run, and the one that it continues. Absent in histories from when a run carried its state. */
    runId?: string;
    continuedRunId?: string;
    /** State that a run of before has carried: taken over once, if it agrees with the release's rows. */
    carried?: Progress;
  }): Promise<OpenedRelease>;
  /** Marks the stage as entered, and says whether the split is still where the release left it. */
  enterStage(args: {
    releaseId: string;
    stage: string;
    splitVersion: number;
    kept?: ProgressToKeep;
  }): Promise<{ kind: 'entered' | 'superseded' }>;
  recordStage(args: {
    releaseId: string;
    stage: string;
    outcome: GateOutcome | 'skipped' | 'error' | 'override';
    summary: string;
    /** With the outcome `override`: by whom, and what the step had shown by then. */
    override?: StepOverride;
    evidenceDigest?: string;
    startedMs: number;
    kept?: ProgressToKeep;
  }): Promise<void>;
  /** Keeps where the release is before its workflow goes on in a new run. */
  keepProgress(args: { releaseId: string; kept: ProgressToKeep }): Promise<void>;
  /** Asks Temporal to cancel the run, which has nothing left to do: it closes as cancelled then. */
  requestCancel(args: { workflowId: string; runId: string }): Promise<void>;
  /** Closes the row. A rollback that was asked for elsewhere decides the outcome: the row's `ending` wins. */
  closeRelease(args: { releaseId: string; app: string } & ReleaseOutcome): Promise<ReleaseOutcome>;
}

export type PlainSignal = 'pause' | 'resume' | 'abort';

/** What people have decided about a release. */
export interface Decisions {
  commands: ReleaseCommand[];
  /** Why the release is being rolled back, where it is: by an abort, or past the release. */
  rollingBack?: string;
}

export interface CommandActivities {
  /** Records the n-th plain signal of its kind in this run, or its cancellation, as `temporal:<identity>`'s command. */
  recordSignal(args: {
    releaseId: string;
    kind: PlainSignal | 'cancel';
    /** 1 for the first of its kind in the run. */
    ordinal: number;
    workflowId: string;
    runId: string;
  }): Promise<void>;
  /** Records what the release itself decides, as where a plan says to pause. */
  recordPause(args: { releaseId: string; key: string; reason: string }): Promise<void>;
  /** Ends a pause that is older than the command, so that the split may be raised again: a promotion does this. */
  endPause(args: { releaseId: string; commandId: number }): Promise<void>;
  /** What the workflow has not applied: an abort before all, else the oldest first. */
  readCommands(args: { releaseId: string }): Promise<Decisions>;
  markCommandApplied(args: {
    id: number;
    result: string;
    releaseId?: string;
    kept?: ProgressToKeep;
  }): Promise<void>;
}
