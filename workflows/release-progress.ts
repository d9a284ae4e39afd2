import type { Compensation, GuardrailStatus, OpenedRelease, ReleaseCommand } from '../activities/contract.ts';
import type { ReleaseState } from '../domain/release.ts';
import type { ReleaseStatus } from './release-status.ts';
import type { StepState } from './step-state.ts';

/** A person's word to go on with the present step before it has passed. */
interface Promotion {
  commandId: number;
  actor: string;
  reason?: string;
}

/** How far a release is: plain data, so that it goes through continue-as-new as it is. */
export interface ReleaseProgress {
  opened: OpenedRelease;
  stage: string;
  /** The version of the release's own last write, or the one it found when it was opened. */
  splitVersion: number;
  /** When that version was written, in milliseconds since the epoch by the workflow's clock. */
  splitWrittenMs: number;
  /** The candidate's share in percent that holds now. */
  weight: number;
  compensations: Compensation[];
  /** Since when the release is paused, by the workflow's clock. */
  pausedSinceMs: number | undefined;
  /** An absolute bound alarmed at 100 %: the comparison at 50 % has to decide. */
  alarmed: boolean;
  /** A promotion that nobody has acted on yet. */
  promotion: Promotion | undefined;
  /** What the newest look saw. */
  guardrails: GuardrailStatus[];
}

/** A release as it begins: nothing written, nothing decided. */
export function newProgress(opened: OpenedRelease, nowMs: number): ReleaseProgress {
  return {
    opened,
    stage: 'open',
    splitVersion: opened.splitVersion,
    splitWrittenMs: nowMs,
    weight: 0,
    compensations: [],
    pausedSinceMs: undefined,
    alarmed: false,
    promotion: undefined,
    guardrails: [],
  };
}

/** Applies what a person decided, and returns what became of it, as a sentence for the command's row. */
export function applyCommand(progress: ReleaseProgress, command: ReleaseCommand, nowMs: number): string {
  switch (command.kind) {
    case 'pause':
      if (progress.pausedSinceMs !== undefined) return 'already paused';
      progress.pausedSinceMs = nowMs;
      progress.promotion = undefined; // Who pauses wants to look at it again.
      return `paused at ${progress.weight} %`;
    case 'resume':
      if (progress.pausedSinceMs === undefined) return 'was not paused';
      progress.pausedSinceMs = undefined;
      return 'resumed';
    case 'promote':
      return applyPromotion(progress, command);
    case 'abort':
      return 'aborted';
  }
}

/** A promotion skips what is left of one step's hold; the gates before production cannot be skipped (invariant 13). */
function applyPromotion(progress: ReleaseProgress, command: ReleaseCommand): string {
  if (progress.compensations.length === 0)
    return 'refused: gates before production are not skipped by a promotion';
  if (command.stage !== undefined && command.stage !== progress.stage) {
    return `refused: meant for ${command.stage}, the release is at ${progress.stage}`;
  }
  if (command.splitVersion !== undefined && command.splitVersion !== progress.splitVersion) {
    return `refused: meant for split version ${command.splitVersion}, the release is at ${progress.splitVersion}`;
  }
  if (command.resume === false && progress.pausedSinceMs !== undefined)
    return 'refused: the release is paused';
  if (command.resume === true) progress.pausedSinceMs = undefined;
  const { id: commandId, actor, reason } = command;
  progress.promotion = { commandId, actor, ...(reason === undefined ? {} : { reason }) };
  return `the rest of the hold of ${progress.stage} is skipped after the next good look`;
}

/** The state that the release's row has while nothing has ended it. */
function stateOf(progress: ReleaseProgress, ended: ReleaseStatus['outcome'], ending: boolean): ReleaseState {
  if (ended !== undefined) return ended;
  if (ending) return 'rolling_back';
  return progress.pausedSinceMs === undefined ? 'progressing' : 'paused';
}

/** The answer of the query `status`, and what the current details in the Temporal UI are made of. */
export function statusOf(
  progress: ReleaseProgress,
  step: StepState | undefined,
  end: { outcome?: ReleaseStatus['outcome']; reason?: string; withdrawing: boolean },
): ReleaseStatus {
  const { opened } = progress;
  return {
    releaseId: opened.releaseId,
    app: opened.app,
    revision: opened.label,
    state: stateOf(progress, end.outcome, end.withdrawing),
    stage: progress.stage,
    weight: progress.weight,
    paused: progress.pausedSinceMs !== undefined,
    looks: step?.look ?? 0,
    guardrails: progress.guardrails,
    ...(end.outcome === undefined ? {} : { outcome: end.outcome }),
    ...(end.reason === undefined ? {} : { reason: end.reason }),
    ...(step === undefined ? {} : { hold: { elapsedMs: step.clock.elapsedMs, totalMs: step.holdMs } }),
    ...(step?.waitingFor === undefined ? {} : { waitingFor: step.waitingFor }),
  };
}
