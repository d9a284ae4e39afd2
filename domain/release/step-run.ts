import { newHoldClock, type HoldClock } from './hold-clock.ts';

/** Where a step is between two looks: plain data, kept in the release's row. */
export interface StepRun {
  holdMs: number;
  /** On the hold clock: a step that is not decided by then is inconclusive. */
  deadlineMs: number;
  /** The split version that the step wrote; absent until it has. */
  version?: number | undefined;
  /** Every live gateway serves it: the hold clock may run. */
  acked: boolean;
  clock: HoldClock;
  /** Number of the next look, and what the hold clock said at the last. */
  look: number;
  lookedAtHeldMs: number;
  /** When the workflow has last heard of a valid look, by its clock. */
  heardMs?: number | undefined;
  /** Since when looks fail, by the workflow's clock. */
  blindSinceMs?: number | undefined;
  /** How often the step has started again, because too much of it was unknown. */
  again?: number | undefined;
  /** Since when it has been starting again and again, and when it did last, by the workflow's clock. */
  unknown?: { sinceMs: number; lastMs: number } | undefined;
  /** What the step waits for, as a sentence, where it does not simply hold. */
  waitingFor?: string | undefined;
  /** What has to come before the step's share is written: a person's approval, or the end of a freeze. */
  waits?: StepWaits | undefined;
}

export interface StepWaits {
  on: 'approval' | 'freeze';
  /** As a sentence. */
  says: string;
  /** By the workflow's clock. */
  sinceMs: number;
  untilMs?: number | undefined;
}

/** A step as it begins. `maxHoldMs`: the plan's. */
export function newStepRun({ holdMs }: { holdMs: number }, maxHoldMs: number): StepRun {
  return {
    ...{ holdMs, deadlineMs: Math.max(holdMs, maxHoldMs), acked: false },
    ...{ clock: newHoldClock, look: 0, lookedAtHeldMs: 0 },
  };
}
