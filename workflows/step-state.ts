import type { CourseStep, ReleaseOutcome } from '../activities/contract.ts';
import { newHoldClock, type HoldClock } from './hold-clock.ts';

/** Where a step is between two looks: plain data, carried through continue-as-new. */
export interface StepState {
  holdMs: number;
  /** On the hold clock: a step that is not decided by then is inconclusive. */
  deadlineMs: number;
  /** The split version that the step wrote; absent until it has. */
  version: number | undefined;
  /** Every live gateway serves it: the hold clock may run. */
  acked: boolean;
  clock: HoldClock;
  /** Number of the next look, and what the hold clock said at the last. */
  look: number;
  lookedAtHeldMs: number;
  /** Since when looks fail, by the workflow's clock. */
  blindSinceMs: number | undefined;
  /** Set where a gateway refused the version, or serves a later one: the step cannot go on. */
  ended: ReleaseOutcome | undefined;
  /** What the step waits for, as a sentence, where it does not simply hold. */
  waitingFor: string | undefined;
}

export function newStepState(step: Pick<CourseStep, 'holdMs'>, maxHoldMs: number): StepState {
  return {
    holdMs: step.holdMs,
    deadlineMs: Math.max(step.holdMs, maxHoldMs),
    version: undefined,
    acked: false,
    clock: newHoldClock,
    look: 0,
    lookedAtHeldMs: 0,
    blindSinceMs: undefined,
    ended: undefined,
    waitingFor: undefined,
  };
}
