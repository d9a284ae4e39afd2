import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { CourseStep, LookArgs, LookResult } from '../../activities/contract.ts';
import { looks } from '../activities.ts';
import { readClock, setClock } from '../hold-clock.ts';
import { blindIntervalMs, leaseFor, lookIntervalMs } from '../look-interval.ts';
import { isPaused, pausedForMs, readDecisions, type ReleaseContext } from '../release-context.ts';
import { ReleaseEnded, superseded } from '../release-ended.ts';
import { sentenceOf } from '../sentence-of.ts';
import type { StepState } from '../step-state.ts';
import { show } from '../visibility.ts';

/** A step of the canary and where it is: what one look is about. */
export interface Measured {
  context: ReleaseContext;
  step: Pick<CourseStep, 'stage' | 'minExposures' | 'bake'>;
  state: StepState;
}

/**
 * Takes one look. Undefined where nothing valid was measured: that holds the step, and after the plan's `maxBlind`
 * it takes the release back. Throws ReleaseEnded where somebody else has written the split.
 */
export async function measure(measured: Measured): Promise<LookResult | undefined> {
  const { context, state } = measured;
  state.clock = readClock(state.clock, Date.now(), leaseMs(measured));
  const look = await takeLook(measured);
  letClockRun(measured);
  show(context);
  if (look?.unreadCommands === true) context.inbox.woken = true;
  if (look?.verdict === 'superseded') {
    await readDecisions(context); // Often it was an abort, whose command says by whom.
    throw superseded(look.reason);
  }
  return look;
}

/** How long to wait before the next look. */
export function nextLookMs({ context, step, state }: Measured): number {
  if (state.blindSinceMs !== undefined) return blindIntervalMs(context.progress.opened.course.maxBlindMs);
  const pausedMs = pausedForMs(context);
  return lookIntervalMs({
    look: state.look,
    holdMs: state.holdMs,
    bake: step.bake,
    ...(pausedMs === undefined ? {} : { pausedMs }),
  });
}

/** The clock runs while the step is served everywhere, measured and not paused. */
export function letClockRun({ context, state }: Measured): void {
  const running = state.acked && state.blindSinceMs === undefined && !isPaused(context);
  state.clock = setClock(state.clock, running, Date.now());
}

async function takeLook(measured: Measured): Promise<LookResult | undefined> {
  const { context, state } = measured;
  try {
    const summary = `Look ${state.look} at ${context.progress.weight} %`;
    const look = await looks.takeLook.executeWithOptions({ summary }, [lookArgs(measured)]);
    if (look.verdict !== 'superseded') noteLook(measured, look);
    return look;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    noteBlindness(measured, sentenceOf(error));
    return undefined;
  }
}

function lookArgs(measured: Measured): LookArgs {
  const { context, step, state } = measured;
  const { progress } = context;
  const { elapsedMs: heldMs } = state.clock;
  return {
    releaseId: progress.opened.releaseId,
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

/** How long the candidate may be served after the next measurement. */
export function leaseMs(measured: Measured): number {
  return leaseFor(measured.context.progress.opened.course.leaseMs, nextLookMs(measured));
}

function noteLook({ context, state }: Measured, look: LookResult): void {
  if (state.blindSinceMs !== undefined) state.waitingFor = undefined;
  state.blindSinceMs = undefined;
  state.look += 1;
  state.lookedAtHeldMs = state.clock.elapsedMs;
  context.progress.guardrails = look.guardrails;
}

function noteBlindness({ context, state }: Measured, why: string): void {
  state.blindSinceMs ??= Date.now();
  state.waitingFor = `a valid measurement: ${why}`;
  const { maxBlindMs } = context.progress.opened.course;
  if (Date.now() - state.blindSinceMs < maxBlindMs) return;
  const reason = `no valid measurement for ${Math.round(maxBlindMs / 1000)} s: ${why}`;
  throw new ReleaseEnded({ outcome: 'rolled_back', reason }, 'error');
}
