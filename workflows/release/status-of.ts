import type { ReleaseState } from '../../domain/release/release.ts';
import type { Course } from '../../domain/release/course.ts';
import type { StepWaits } from '../../domain/release/step-run.ts';
import { isServed, type Progress } from '../../domain/release/progress.ts';
import type { ReleaseRun } from './release-run.ts';
import type { ReleaseStatus } from './release-status.ts';

/** The state that the release's row has while nothing has ended it. */
function stateOf(progress: Progress, ended: ReleaseStatus['outcome'], ending: boolean): ReleaseState {
  if (ended !== undefined) return ended;
  if (ending) return 'rolling_back';
  return progress.pausedSinceMs === undefined ? 'progressing' : 'paused';
}

function waitsOf({
  step,
  course,
  pausedSinceMs,
  pausedBy,
}: Progress): Pick<ReleaseStatus, 'waitingFor' | 'waitingUntil' | 'pause'> {
  const blindSinceMs = step?.blindSinceMs;
  const waitingFor = step?.waitingFor ?? step?.waits?.says;
  const untilMs =
    blindSinceMs === undefined ? waitsUntilMs(course, step?.waits) : blindSinceMs + course.maxBlindMs;
  return {
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(untilMs === undefined ? {} : { waitingUntil: isoOf(untilMs) }),
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

/** What is of no meaning once the release has ended. */
function nowOf({ opened, progress }: Pick<ReleaseRun, 'opened' | 'progress'>): Partial<ReleaseStatus> {
  const health = `sluice release status ${opened.releaseId}`;
  return { ...waitsOf(progress), ...measuredOf(progress), health };
}

/** When an approval would come too late. */
function waitsUntilMs({ maxPauseMs }: Course, waits: StepWaits | undefined): number | undefined {
  return waits?.on === 'approval' ? waits.sinceMs + maxPauseMs : undefined;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** A look renews the lease for the plan's and one look. */
function measuredOf({ course, step, ...progress }: Progress): Pick<ReleaseStatus, 'measured'> {
  if (step === undefined || !isServed(progress)) return {};
  const { heardMs, acked: served } = step;
  if (heardMs === undefined) return { measured: { served } };
  return { measured: { heardAt: isoOf(heardMs), leaseUntil: isoOf(heardMs + course.leaseMs), served } };
}

/** The answer of the query `status`, and what the current details in the Temporal UI are made of. */
export function statusOf(
  { opened, progress, guardrails }: Pick<ReleaseRun, 'opened' | 'progress' | 'guardrails'>,
  end: {
    readonly outcome?: ReleaseStatus['outcome'];
    readonly reason?: string;
    readonly withdrawing: boolean;
  },
): ReleaseStatus {
  const { step } = progress;
  return {
    releaseId: opened.releaseId,
    app: opened.app,
    revision: opened.label,
    state: stateOf(progress, end.outcome, end.withdrawing),
    stage: progress.stage,
    weight: progress.weight,
    ...(progress.audienceShare === undefined ? {} : { audienceShare: progress.audienceShare }),
    paused: progress.pausedSinceMs !== undefined,
    looks: step?.look ?? 0,
    guardrails,
    ...(end.outcome === undefined ? {} : { outcome: end.outcome }),
    ...(end.reason === undefined ? {} : { reason: end.reason }),
    ...(step === undefined ? {} : { hold: { elapsedMs: step.clock.elapsedMs, totalMs: step.holdMs } }),
    ...(end.outcome === undefined ? nowOf({ opened, progress }) : {}),
  };
}
