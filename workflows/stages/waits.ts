import type { RaiseResult } from '../../activities/split/contract.ts';
import type { StepWaits } from '../../domain/release/step-run.ts';
import { isPaused } from '../release-context.ts';
import { ReleaseEnded } from '../release-ended.ts';
import type { Measured } from './measured.ts';

/** Somebody who approves wakes the release; it looks for itself as well, in case nobody could tell it. */
const lookAgainMs = 60_000;
const longestMs = 5 * 60_000;

/**
 * What the step waits for, since it has been doing so. Throws ReleaseEnded where nobody has approved it for as long as the
 * plan lets a release be paused.
 */
export function newWaits(
  { context, state }: Measured,
  { on, says, untilMs }: Extract<RaiseResult, { kind: 'waiting' }>,
): StepWaits {
  const nowMs = Date.now();
  const sinceMs = state.waits?.on === on ? state.waits.sinceMs : nowMs;
  if (on === 'approval' && nowMs - sinceMs >= context.progress.course.maxPauseMs) {
    const reason = `nobody approved ${context.progress.stage} for as long as the plan's maxPause`;
    throw new ReleaseEnded({ outcome: 'rolled_back', reason, condemns: false }, 'inconclusive');
  }
  return { on, says, sinceMs, ...(untilMs === undefined ? {} : { untilMs }) };
}

/** When to try again, in milliseconds; undefined where the step waits for nothing of that kind, or is paused as well. */
export function waitLeftMs({ context, state: { waits } }: Measured): number | undefined {
  if (waits === undefined || isPaused(context)) return undefined;
  const leftMs = waits.untilMs === undefined ? lookAgainMs : waits.untilMs - Date.now();
  return Math.max(1_000, Math.min(longestMs, leftMs));
}
