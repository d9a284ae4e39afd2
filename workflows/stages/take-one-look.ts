import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { LookArgs, LookResult } from '../../activities/looks/contract.ts';
import { blindIntervalMs, leaseFor, lookWithinMs } from '../../domain/release/look-interval.ts';
import { looks } from '../activities.ts';
import { pausedForMs } from '../release-context.ts';
import { sentenceOf } from '../sentence-of.ts';
import { noteBlindness, noteLook, type Measured } from './measured.ts';

/** One look as an activity of its own: how releases looked before looks came in batches. Undefined where it failed. */
export async function takeOneLook(measured: Measured): Promise<LookResult | undefined> {
  const { context, state } = measured;
  try {
    const summary = `Look ${state.look} at ${context.progress.weight} %`;
    const look = await looks.takeLook.executeWithOptions({ summary }, [lookArgs(measured)]);
    noteLook(measured, look);
    return look;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    noteBlindness(measured, sentenceOf(error));
    return undefined;
  }
}

/** How long to wait before the next look. */
export function nextLookMs({ context, state }: Measured): number {
  if (state.blindSinceMs !== undefined) return blindIntervalMs(context.progress.course.maxBlindMs);
  const { elapsedMs: heldMs } = state.clock;
  return lookWithinMs({ heldMs, holdMs: state.holdMs, pausedMs: pausedForMs(context) });
}

/** How long the candidate may be served after the next measurement. */
export function leaseMs(measured: Measured): number {
  return leaseFor(measured.context.progress.course.leaseMs, nextLookMs(measured));
}

function lookArgs(measured: Measured): LookArgs {
  const { context, step, state } = measured;
  const { progress } = context;
  const { elapsedMs: heldMs } = state.clock;
  return {
    releaseId: context.opened.releaseId,
    stage: step.stage,
    look: state.look,
    splitVersion: progress.splitVersion,
    weight: progress.weight,
    elapsedMs: heldMs - state.lookedAtHeldMs,
    heldMs,
    holdMs: state.holdMs,
    deadlineMs: state.deadlineMs,
    minExposures: step.minExposures,
    leaseMs: leaseMs(measured),
    promote: progress.promotion !== undefined,
  };
}
