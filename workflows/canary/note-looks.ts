import type { LookResult } from '../../activities/looks/contract.ts';
import type { Step } from '../../domain/release/course.ts';
import { setClock } from '../../domain/release/hold-clock.ts';
import { newStepRun } from '../../domain/release/step-run.ts';
import { ReleaseEnded } from '../release/release-ended.ts';
import type { ReleaseRun } from '../release/release-run.ts';

/** The clock runs while the step is served everywhere, measured and not paused. */
export function letClockRun(run: ReleaseRun): void {
  const { acked, blindSinceMs, clock } = run.stepRun;
  const isRunning = acked && blindSinceMs === undefined && !run.isPaused;
  run.changeStep({ clock: setClock(clock, isRunning, Date.now()) });
}

/** Something valid was measured. */
export function noteLook(run: ReleaseRun, { verdict, guardrails }: LookResult): void {
  if (verdict === 'superseded') return;
  const { blindSinceMs, look, clock } = run.stepRun;
  run.changeStep({
    ...(blindSinceMs === undefined ? {} : { waitingFor: undefined }),
    ...{ blindSinceMs: undefined, heardMs: Date.now(), look: look + 1, lookedAtHeldMs: clock.elapsedMs },
  });
  run.guardrails = guardrails;
}

/**
 * Too much of the step is unknown: its clock and its exposures start again at a new split version, and what was seen stays
 * evidence. One that keeps starting again for the plan's `maxBlind` is one that cannot be measured.
 */
export function startAgain(run: ReleaseRun, step: Step, why: string): void {
  const { maxBlindMs, maxHoldMs } = run.progress.course;
  const nowMs = Date.now();
  const { unknown, again = 0 } = run.stepRun;
  const goesOn = unknown !== undefined && nowMs - unknown.lastMs < maxBlindMs;
  const sinceMs = goesOn ? unknown.sinceMs : nowMs;
  run.changeStep({ unknown: { sinceMs, lastMs: nowMs } });
  if (nowMs - sinceMs >= maxBlindMs) {
    const reason = `the step could not be measured for ${Math.round((nowMs - sinceMs) / 1000)} s: ${why}`;
    throw new ReleaseEnded({ outcome: 'rolled_back', reason, condemns: false }, 'error');
  }
  const { look } = run.stepRun;
  const over = { version: undefined, blindSinceMs: undefined, waitingFor: why };
  run.changeStep({ ...newStepRun(step, maxHoldMs), ...over, look, again: again + 1 });
}

/** Nothing valid was measured: that holds the step, and after the plan's `maxBlind` it takes the release back. */
export function noteBlindness(run: ReleaseRun, why: string): void {
  const { blindSinceMs = Date.now() } = run.stepRun;
  run.changeStep({ blindSinceMs, waitingFor: `a valid measurement: ${why}` });
  const { maxBlindMs } = run.progress.course;
  if (Date.now() - blindSinceMs < maxBlindMs) return;
  const reason = `no valid measurement for ${Math.round(maxBlindMs / 1000)} s: ${why}`;
  throw new ReleaseEnded({ outcome: 'rolled_back', reason, condemns: false }, 'error');
}
