import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { LookArgs, LookResult } from '../../activities/looks/contract.ts';
import type { Step } from '../../domain/release/course.ts';
import { shareText } from '../../domain/release/progress.ts';
import { blindIntervalMs, leaseFor, lookWithinMs } from '../../domain/release/look-interval.ts';
import { looks } from '../activities.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { sentenceOf } from '../release/sentence-of.ts';
import { noteBlindness, noteLook } from './note-looks.ts';

/** One look as an activity of its own: how releases looked before looks came in batches. Undefined where it failed. */
export async function takeOneLook(run: ReleaseRun, step: Step): Promise<LookResult | undefined> {
  try {
    const summary = `Look ${run.stepRun.look} at ${shareText(run.progress)}`;
    const look = await looks.takeLook.executeWithOptions({ summary }, [lookArgs(run, step)]);
    noteLook(run, look);
    return look;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    noteBlindness(run, sentenceOf(error));
    return undefined;
  }
}

/** How long to wait before the next look. */
export function nextLookMs(run: ReleaseRun): number {
  const { blindSinceMs, clock, holdMs } = run.stepRun;
  if (blindSinceMs !== undefined) return blindIntervalMs(run.progress.course.maxBlindMs);
  return lookWithinMs({ heldMs: clock.elapsedMs, holdMs, pausedMs: run.pausedForMs() });
}

/** How long the candidate may be served after the next measurement. */
export function leaseMs(run: ReleaseRun): number {
  return leaseFor(run.progress.course.leaseMs, nextLookMs(run));
}

function lookArgs(run: ReleaseRun, { stage, minExposures }: Step): LookArgs {
  const { splitVersion, weight, promotion } = run.progress;
  const { look, clock, lookedAtHeldMs, holdMs, deadlineMs } = run.stepRun;
  const { elapsedMs: heldMs } = clock;
  return {
    ...{ releaseId: run.opened.releaseId, stage, look, splitVersion, weight },
    ...{ elapsedMs: heldMs - lookedAtHeldMs, heldMs, holdMs, deadlineMs, minExposures },
    leaseMs: leaseMs(run),
    promote: promotion !== undefined,
  };
}
