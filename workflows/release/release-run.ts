import { condition, patched, workflowInfo, type CancellationScope } from '@temporalio/workflow';
import type { GuardrailStatus } from '../../activities/looks/contract.ts';
import type { OpenedRelease, ProgressToKeep, ReleaseOutcome } from '../../activities/release/contract.ts';
import { apply, type Progress, type ProgressEvent } from '../../domain/release/progress.ts';
import type { StepRun } from '../../domain/release/step-run.ts';
import type { Inbox } from './inbox.ts';
import { ReleaseEnded } from './release-ended.ts';

/**
 * One run of a release's workflow: what the release is about, how far it is, and what the run knows beside that. The
 * release's state is `progress` alone, which changes by events; nothing else is there in the next run.
 */
export class ReleaseRun {
  /** What the release is about; it does not change. */
  readonly opened: OpenedRelease;
  readonly inbox: Inbox;
  /** An abort: set by whoever reads the command, acted on by the workflow function. */
  aborted: ReleaseOutcome | undefined;
  /** How the release has ended: set at the very end, for who asks a closed workflow. */
  end: ReleaseOutcome | undefined;
  /** A gateway has refused the present step's version, or serves a later one: the step cannot go on. */
  stepEnd: ReleaseOutcome | undefined;
  /** What the newest look saw. */
  guardrails: GuardrailStatus[] = [];
  /** Grows with everything that a wait between two looks should end for. */
  changes = 0;
  /** Cancelled by an abort, so that it need not wait for a long activity. */
  stageScope: CancellationScope | undefined;
  #progress: Progress;
  #isKeeping = false;

  constructor(opened: OpenedRelease, progress: Progress, inbox: Inbox) {
    this.opened = opened;
    this.#progress = progress;
    this.inbox = inbox;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The present step's. */
  get stepRun(): StepRun {
    const { step, stage } = this.#progress;
    if (step === undefined) throw new RangeError(`${stage} is no step that has begun.`);
    return step;
  }

  /** Something has happened to the release: the one way in which its state changes. */
  transition(event: ProgressEvent): void {
    this.#progress = apply(this.#progress, event);
  }

  /** The present step has come further. */
  changeStep(changes: Partial<StepRun>): void {
    this.transition({ kind: 'stepped', changes });
  }

  /**
   * Changes the release's state together with the write that keeps it, one such change after the other: what is kept
   * never runs ahead of what it rests on, as the state behind a stage would whose record is still on its way, and of two
   * states none is lost to the other's number. A command that is read in such a moment is applied after it.
   */
  async inTurn<T>(change: () => Promise<T>): Promise<T> {
    while (this.#isKeeping && patched('states-are-kept-in-turn')) await condition(() => !this.#isKeeping);
    this.#isKeeping = true;
    try {
      return await change();
    } finally {
      this.#isKeeping = false;
    }
  }

  /** The release's state, for whatever activity writes next. */
  toKeep(): ProgressToKeep {
    const { runId, firstExecutionRunId: firstRunId } = workflowInfo();
    return { runId, firstRunId, progress: this.#progress };
  }

  /** A candidate was on the traffic, or may be: ending takes it out. */
  get isInProduction(): boolean {
    return this.#progress.compensations.length > 0;
  }

  get isPaused(): boolean {
    return this.#progress.pausedSinceMs !== undefined;
  }

  /** How long the pause has lasted; undefined where there is none. */
  pausedForMs(): number | undefined {
    const { pausedSinceMs } = this.#progress;
    return pausedSinceMs === undefined ? undefined : Date.now() - pausedSinceMs;
  }

  /** What is left of the longest pause that the plan allows; no end where the release is not paused. */
  pauseLeftMs(): number {
    return this.#progress.course.maxPauseMs - (this.pausedForMs() ?? -Infinity);
  }

  /** Throws when the release has been paused for as long as the plan allows. */
  requirePauseWithinLimit(): void {
    if (this.pauseLeftMs() > 0) return;
    const reason = `paused for longer than the plan's maxPause at ${this.#progress.stage}`;
    const outcome = this.isInProduction ? 'rolled_back' : 'aborted';
    throw new ReleaseEnded({ outcome, reason, condemns: false }, 'inconclusive');
  }

  /** Before production there is nothing to measure: a paused release only waits. */
  async waitWhilePaused(): Promise<void> {
    while (this.isPaused) {
      this.requirePauseWithinLimit();
      const summary = 'Paused: waits for resume';
      await condition(() => !this.isPaused, this.pauseLeftMs(), { summary });
    }
  }

  /** Reads what there may be to read, and returns when it has been acted on. */
  async readDecisions(): Promise<void> {
    this.inbox.woken = true;
    await condition(() => this.inbox.isIdle());
  }
}
