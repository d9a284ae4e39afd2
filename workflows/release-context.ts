import { condition, patched, workflowInfo, type CancellationScope } from '@temporalio/workflow';
import type { GuardrailStatus } from '../activities/looks/contract.ts';
import type { OpenedRelease, ProgressToKeep, ReleaseOutcome } from '../activities/release/contract.ts';
import { apply, type Progress, type ProgressEvent } from '../domain/release/progress.ts';
import { isIdle, type Inbox } from './inbox.ts';
import type { StepState } from './step-state.ts';
import { ReleaseEnded } from './release-ended.ts';

/** What the stages of one run work on. */
export interface ReleaseContext {
  /** What the release is about; it does not change. */
  readonly opened: OpenedRelease;
  /** How far it is; changed by `transition` alone. */
  progress: Progress;
  inbox: Inbox;
  /** The present step's, where the stage has one. */
  step: StepState | undefined;
  /** An abort: set by whoever reads the command, acted on by the workflow function. */
  aborted: ReleaseOutcome | undefined;
  /** How the release has ended: set at the very end, for who asks a closed workflow. */
  end?: ReleaseOutcome;
  /** What the newest look saw. */
  guardrails: GuardrailStatus[];
  /** Grows with everything that a wait between two looks should end for. */
  changes: number;
  /** The state is being changed and kept: see `inTurn`. */
  isKeeping: boolean;
  /** Cancelled by an abort, so that it need not wait for a long activity. */
  stageScope: CancellationScope | undefined;
}

/** Something has happened to the release: the one way in which its state changes. */
export function transition(context: ReleaseContext, event: ProgressEvent): void {
  context.progress = apply(context.progress, event);
}

/**
 * Changes the release's state together with the write that keeps it, one such change after the other: what is kept never
 * runs ahead of what it rests on, as the state behind a stage would whose record is still on its way, and of two states
 * none is lost to the other's number. A command that is read in such a moment is applied after it.
 */
export async function inTurn<T>(context: ReleaseContext, change: () => Promise<T>): Promise<T> {
  while (context.isKeeping && patched('states-are-kept-in-turn')) {
    await condition(() => !context.isKeeping);
  }
  context.isKeeping = true;
  try {
    return await change();
  } finally {
    context.isKeeping = false;
  }
}

/** The release's state with that of its step, for whatever activity writes next. */
export function toKeep({ progress, step }: ReleaseContext): ProgressToKeep {
  const { runId, firstExecutionRunId: firstRunId } = workflowInfo();
  if (step === undefined) return { runId, firstRunId, progress };
  const { ended: _, ...run } = step;
  return { runId, firstRunId, progress: { ...progress, step: { ...run } } };
}

export function isPaused(context: ReleaseContext): boolean {
  return context.progress.pausedSinceMs !== undefined;
}

/** How long the pause has lasted; undefined where there is none. */
export function pausedForMs({ progress }: ReleaseContext): number | undefined {
  return progress.pausedSinceMs === undefined ? undefined : Date.now() - progress.pausedSinceMs;
}

/** What is left of the longest pause that the plan allows; no end where the release is not paused. */
export function pauseLeftMs(context: ReleaseContext): number {
  return context.progress.course.maxPauseMs - (pausedForMs(context) ?? -Infinity);
}

/** Throws when the release has been paused for as long as the plan allows. */
export function requirePauseWithinLimit(context: ReleaseContext): void {
  if (pauseLeftMs(context) > 0) return;
  const inProduction = context.progress.compensations.length > 0;
  const reason = `paused for longer than the plan's maxPause at ${context.progress.stage}`;
  const outcome = inProduction ? 'rolled_back' : 'aborted';
  throw new ReleaseEnded({ outcome, reason, condemns: false }, 'inconclusive');
}

/** Before production there is nothing to measure: a paused release only waits. */
export async function waitWhilePaused(context: ReleaseContext): Promise<void> {
  while (isPaused(context)) {
    requirePauseWithinLimit(context);
    await condition(() => !isPaused(context), pauseLeftMs(context), { summary: 'Paused: waits for resume' });
  }
}

/** Reads what there may be to read, and returns when it has been acted on. */
export async function readDecisions(context: ReleaseContext): Promise<void> {
  context.inbox.woken = true;
  await condition(() => isIdle(context.inbox));
}
