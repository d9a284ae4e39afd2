import type { ReleaseState } from '../domain/release.ts';
import type { Progress } from '../domain/release/progress.ts';
import type { ReleaseContext } from './release-context.ts';
import type { ReleaseStatus } from './release-status.ts';

/** The state that the release's row has while nothing has ended it. */
function stateOf(progress: Progress, ended: ReleaseStatus['outcome'], ending: boolean): ReleaseState {
  if (ended !== undefined) return ended;
  if (ending) return 'rolling_back';
  return progress.pausedSinceMs === undefined ? 'progressing' : 'paused';
}

function waitsOf({
  progress: { course, pausedSinceMs, pausedBy },
  step,
}: Pick<ReleaseContext, 'progress' | 'step'>): Pick<ReleaseStatus, 'waitingFor' | 'waitingUntil' | 'pause'> {
  const blindSinceMs = step?.blindSinceMs;
  return {
    ...(step?.waitingFor === undefined ? {} : { waitingFor: step.waitingFor }),
    ...(blindSinceMs === undefined ? {} : { waitingUntil: isoOf(blindSinceMs + course.maxBlindMs) }),
    ...(pausedSinceMs === undefined
      ? {}
      : {
          pause: {
            ...(pausedBy === undefined ? {} : { by: pausedBy.actor }),
            ...(pausedBy?.reason === undefined ? {} : { reason: pausedBy.reason }),
            until: isoOf(pausedSinceMs + course.maxPauseMs),
          },
        }),
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** The answer of the query `status`, and what the current details in the Temporal UI are made of. */
export function statusOf(
  { opened, progress, step, guardrails }: Pick<ReleaseContext, 'opened' | 'progress' | 'step' | 'guardrails'>,
  end: { outcome?: ReleaseStatus['outcome']; reason?: string; withdrawing: boolean },
): ReleaseStatus {
  return {
    releaseId: opened.releaseId,
    app: opened.app,
    revision: opened.label,
    state: stateOf(progress, end.outcome, end.withdrawing),
    stage: progress.stage,
    weight: progress.weight,
    paused: progress.pausedSinceMs !== undefined,
    looks: step?.look ?? 0,
    guardrails,
    ...(end.outcome === undefined ? {} : { outcome: end.outcome }),
    ...(end.reason === undefined ? {} : { reason: end.reason }),
    ...(step === undefined ? {} : { hold: { elapsedMs: step.clock.elapsedMs, totalMs: step.holdMs } }),
    ...(end.outcome === undefined ? waitsOf({ progress, step }) : {}),
  };
}
