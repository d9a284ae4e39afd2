import type { LookResult } from '../../activities/looks/contract.ts';
import type { CourseStep } from '../../domain/release/course.ts';
import { setClock } from '../../domain/release/hold-clock.ts';
import { isPaused, type ReleaseContext } from '../release-context.ts';
import { ReleaseEnded } from '../release-ended.ts';
import { newStepState, type StepState } from '../step-state.ts';

/** A step of the canary and where it is: what looks are about. */
export interface Measured {
  context: ReleaseContext;
  step: Pick<CourseStep, 'stage' | 'minExposures' | 'bake' | 'holdMs'>;
  state: StepState;
}

/** The clock runs while the step is served everywhere, measured and not paused. */
export function letClockRun({ context, state }: Measured): void {
  const running = state.acked && state.blindSinceMs === undefined && !isPaused(context);
  state.clock = setClock(state.clock, running, Date.now());
}

/** Something valid was measured. */
export function noteLook({ context, state }: Measured, look: LookResult): void {
  if (look.verdict === 'superseded') return;
  if (state.blindSinceMs !== undefined) state.waitingFor = undefined;
  state.blindSinceMs = undefined;
  state.heardMs = Date.now();
  state.look += 1;
  state.lookedAtHeldMs = state.clock.elapsedMs;
  context.guardrails = look.guardrails;
}

/**
 * Too much of the step is unknown: its clock and its exposures start again at a new split version, and what was seen stays
 * evidence. One that keeps starting again for the plan's `maxBlind` is one that cannot be measured.
 */
export function startAgain({ context, step, state }: Measured, why: string): void {
  const { maxBlindMs, maxHoldMs } = context.progress.course;
  const nowMs = Date.now();
  const { unknown } = state;
  const goesOn = unknown !== undefined && nowMs - unknown.lastMs < maxBlindMs;
  state.unknown = { sinceMs: goesOn ? unknown.sinceMs : nowMs, lastMs: nowMs };
  const sinceMs = nowMs - state.unknown.sinceMs;
  if (sinceMs >= maxBlindMs) {
    const reason = `the step could not be measured for ${Math.round(sinceMs / 1000)} s: ${why}`;
    throw new ReleaseEnded({ outcome: 'rolled_back', reason, condemns: false }, 'error');
  }
  const again = (state.again ?? 0) + 1;
  const { look } = state;
  const over = { version: undefined, blindSinceMs: undefined, waitingFor: why };
  Object.assign(state, newStepState(step, maxHoldMs), { look, again, ...over });
}

/** Nothing valid was measured: that holds the step, and after the plan's `maxBlind` it takes the release back. */
export function noteBlindness({ context, state }: Measured, why: string): void {
  state.blindSinceMs ??= Date.now();
  state.waitingFor = `a valid measurement: ${why}`;
  const { maxBlindMs } = context.progress.course;
  if (Date.now() - state.blindSinceMs < maxBlindMs) return;
  const reason = `no valid measurement for ${Math.round(maxBlindMs / 1000)} s: ${why}`;
  throw new ReleaseEnded({ outcome: 'rolled_back', reason, condemns: false }, 'error');
}
