import type { Actor, Ending, GateOutcome, Outcome, ReleaseState } from '../domain/release/release.ts';
import type { Course } from '../domain/release/course.ts';
import type { Compensation, Progress, ReleaseCommand } from '../domain/release/progress.ts';

/** Outcome of a gate with what a person reads about it: at most 300 bytes, never content. */
export interface GateResult {
  outcome: GateOutcome | 'skipped';
  summary: string;
  evidenceDigest?: string;
}

/** How far an evaluation or a mirror replay is: the plan of one round of shards, each a list of work ids. */
export interface EvaluationRound {
  runId: string;
  round: number;
  shards: number;
}

/**
 * The activities of evaluation and mirror replay (activities/evaluation/evaluation.ts, activities/evaluation/mirror.ts). All are safe to repeat:
 * a case or pair is accounted for once (unique on run, case, revision, target, repeat).
 */
export interface EvaluationActivities {
  /**
   * Probes the candidate's targets, and plans the cases of the release's suites; `skipped` where the plan says so,
   * `decided` where a target cannot answer, or could not be probed for a plan that skips.
   */
  planEvaluation(args: {
    releaseId: string;
  }): Promise<
    { kind: 'skipped' } | { kind: 'decided'; gate: GateResult } | ({ kind: 'planned' } & EvaluationRound)
  >;
  /** Runs one shard of a round through the staging gateway, pinned to each arm; heartbeats; resumes what is missing. */
  runEvaluationShard(args: { runId: string; round: number; shard: number }): Promise<{ calls: number }>;
  /** Decides, or asks for another round of repeats. */
  decideEvaluation(args: {
    runId: string;
    round: number;
  }): Promise<{ kind: 'decided'; gate: GateResult } | ({ kind: 'more' } & EvaluationRound)>;
}

export interface MirrorActivities {
  /** Checks the parity of staging and production, waits for samples (`waiting`: ask again), plans the pairs. */
  planMirror(args: {
    releaseId: string;
    waitedMs: number;
  }): Promise<
    | { kind: 'skipped' }
    | { kind: 'waiting'; have: number; need: number }
    | { kind: 'decided'; gate: GateResult }
    | ({ kind: 'planned' } & EvaluationRound)
  >;
  runMirrorShard(args: { runId: string; round: number; shard: number }): Promise<{ calls: number }>;
  decideMirror(args: { runId: string }): Promise<GateResult>;
}

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

export interface LookArgs {
  releaseId: string;
  stage: string;
  /** Number of the look within its stage, from 0: repeated, it returns what was stored. */
  look: number;
  splitVersion: number;
  weight: number;
  /** Time on the hold clock since the last look, on the whole, wanted, and at most before the step is inconclusive. */
  elapsedMs: number;
  heldMs: number;
  holdMs: number;
  deadlineMs: number;
  minExposures: number;
  /** How long the candidate may be served after this measurement. */
  leaseMs: number;
  /** Somebody with the right to do so has asked to skip the rest of the hold. */
  promote: boolean;
}

/** Evidence as natural logarithms; a rate is null where nothing was exposed. */
export interface GuardrailStatus {
  name: string;
  evidence: number;
  threshold: number;
  candidateRate: number | null;
  stableRate: number | null;
  /** Why it does not decide, where it does not. */
  note?: string;
}

export interface LookResult {
  /**
   * `alarm`: at 100 %, the absolute bound is broken, and only a comparison with stable can decide. `again`: too much of the
   * step is unknown, so it starts again at a new split version.
   */
  verdict: 'fail' | 'pass' | 'wait' | 'inconclusive' | 'superseded' | 'alarm' | 'again';
  /** One sentence of at most 300 bytes. */
  reason: string;
  exposures: { candidate: number; stable: number };
  guardrails: GuardrailStatus[];
  /** With a `pass` that a promotion has brought about: what the step lacked of one of its own. */
  lacking?: string;
  /** With `fail` and `alarm`: what was worse than it may be. */
  guardrail?: string;
  /** Of the evidence of the stage so far. */
  evidenceDigest?: string;
  /** There are commands that the workflow has not read: its wake-up call was lost. */
  unreadCommands: boolean;
}

/** A batch of looks at one step, or at the weight that holds while the next step may not be written. */
export interface BatchArgs {
  releaseId: string;
  /** The first run of the workflow: only the release that is its own is taken back. */
  firstRunId: string;
  stage: string;
  splitVersion: number;
  weight: number;
  holdMs: number;
  deadlineMs: number;
  minExposures: number;
  promote: boolean;
  /** Number of the first look, and where the hold clock is: now, and at the last look. */
  look: number;
  heldMs: number;
  lookedAtHeldMs: number;
  /** The step is served everywhere, measured and not paused. */
  clockRuns: boolean;
  /** The weight is held, so that only what takes the candidate back ends the batch. */
  holds: boolean;
  /** How long the release has been paused, where it is. */
  pausedMs?: number;
  /** Nothing valid was measured last: attempts come at `blindIntervalMs`, and the first valid look ends the batch. */
  blind: boolean;
  blindIntervalMs: number;
  /** The plan's: how long the candidate is served without a fresh judgement. */
  leaseMs: number;
  /** The newest command that the workflow knows of. */
  seenCommandId: number;
  /** The batch ends after this long. */
  forMs: number;
}

/** `blind`: nothing valid can be measured; `seeing`: it can again; `interrupted`: there is something new to know. */
export interface BatchResult {
  ended: 'decided' | 'blind' | 'seeing' | 'over' | 'interrupted';
  /** The newest look, and why there is none where nothing valid was measured. */
  last?: LookResult;
  why?: string;
  /** Number of the next look. */
  look: number;
  heldMs: number;
  lookedAtHeldMs: number;
  newestCommandId: number;
}

export interface LookActivities {
  /** Measures, judges, stores evidence and renews the lease. Fails with `broken_measurement` where nothing valid was measured. */
  takeLook(args: LookArgs): Promise<LookResult>;
  /** Looks again and again; heartbeats; a candidate that fails is taken out before this returns. */
  takeLooks(args: BatchArgs): Promise<BatchResult>;
}

/** What runs on the queue of evaluations. */
export type MeasuringActivities = EvaluationActivities & MirrorActivities;

export type SluiceActivities = ReleaseActivities &
  CommandActivities &
  SplitActivities &
  LookActivities &
  MeasuringActivities;
