import type { RaiseResult } from '../../activities/split/contract.ts';
import type { StepWaits } from '../../domain/release/step-run.ts';
import { ReleaseEnded } from '../release/release-ended.ts';
import type { ReleaseRun } from '../release/release-run.ts';

/** Somebody who approves wakes the release; it looks for itself as well, in case nobody could tell it. */
const lookAgainMs = 60_000;
const longestMs = 5 * 60_000;

/**
 * What the step waits for, since it has been doing so. Throws ReleaseEnded where it has waited for somebody, or for the end
 * of an alarm, as long as the plan lets a release be paused.
 */
export function newWaits(
  { progress, stepRun }: ReleaseRun,
  { on, says, untilMs }: Extract<RaiseResult, { readonly kind: 'waiting' }>,
): StepWaits {
  const nowMs = Date.now();
  const sinceMs = stepRun.waits?.on === on ? stepRun.waits.sinceMs : nowMs;
  // What nobody knows the end of has one: all but a freeze of the calendar.
  if (untilMs === undefined && nowMs - sinceMs >= progress.course.maxPauseMs) {
    const reason =
      on === 'approval'
        ? `nobody approved ${progress.stage} for as long as the plan's maxPause`
        : `it waited for ${says} for as long as the plan's maxPause`;
    throw new ReleaseEnded({ outcome: 'rolled_back', reason, condemns: false }, 'inconclusive');
  }
  return { on, says, sinceMs, ...(untilMs === undefined ? {} : { untilMs }) };
}

/** When to try again, in milliseconds; undefined where the step waits for nothing of that kind, or is paused as well. */
export function waitLeftMs({ isPaused, stepRun: { waits } }: ReleaseRun): number | undefined {
  if (waits === undefined || isPaused) return undefined;
  const leftMs = waits.untilMs === undefined ? lookAgainMs : waits.untilMs - Date.now();
  return Math.max(1_000, Math.min(longestMs, leftMs));
}
