import type { LookResult } from '../../activities/contract.ts';
import type { CourseStep } from '../../domain/release/course.ts';
import { setClock } from '../../domain/release/hold-clock.ts';
import { isPaused, type ReleaseContext } from '../release-context.ts';
import { ReleaseEnded } from '../release-ended.ts';
import type { StepState } from '../step-state.ts';

/** A step of the canary and where it is: what looks are about. */
export interface Measured {
  context: ReleaseContext;
  step: Pick<CourseStep, 'stage' | 'minExposures' | 'bake'>;
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
  state.look += 1;
  state.lookedAtHeldMs = state.clock.elapsedMs;
  context.guardrails = look.guardrails;
}

/** Nothing valid was measured: that holds the step, and after the plan's `maxBlind` it takes the release back. */
export function noteBlindness({ context, state }: Measured, why: string): void {
  state.blindSinceMs ??= Date.now();
  state.waitingFor = `a valid measurement: ${why}`;
  const { maxBlindMs } = context.progress.course;
  if (Date.now() - state.blindSinceMs < maxBlindMs) return;
  const reason = `no valid measurement for ${Math.round(maxBlindMs / 1000)} s: ${why}`;
  throw new ReleaseEnded({ outcome: 'rolled_back', reason }, 'error');
}
