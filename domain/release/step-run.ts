import { newHoldClock, type HoldClock } from './hold-clock.ts';

/** Where a step is between two looks: plain data, kept in the release's row. */
export interface StepRun {
  readonly holdMs: number;
  /** On the hold clock: a step that is not decided by then is inconclusive. */
  readonly deadlineMs: number;
  /** The split version that the step wrote; absent until it has. */
  readonly version?: number | undefined;
  /** Every live gateway serves it: the hold clock may run. */
  readonly acked: boolean;
  readonly clock: HoldClock;
  /** Number of the next look, and what the hold clock said at the last. */
  readonly look: number;
  readonly lookedAtHeldMs: number;
  /** When the workflow has last heard of a valid look, by its clock. */
  readonly heardMs?: number | undefined;
  /** Since when looks fail, by the workflow's clock. */
  readonly blindSinceMs?: number | undefined;
  /** How often the step has started again, because too much of it was unknown. */
  readonly again?: number | undefined;
  /** Since when it has been starting again and again, and when it did last, by the workflow's clock. */
  readonly unknown?: { readonly sinceMs: number; readonly lastMs: number } | undefined;
  /** What the step waits for, as a sentence, where it does not simply hold. */
  readonly waitingFor?: string | undefined;
  /** What has to come before the step's share is written: a person's approval, or the end of a freeze, of the calendar or by an alarm. */
  readonly waits?: StepWaits | undefined;
}

export interface StepWaits {
  readonly on: 'approval' | 'freeze';
  /** As a sentence. */
  readonly says: string;
  /** By the workflow's clock. */
  readonly sinceMs: number;
  readonly untilMs?: number | undefined;
}

/** A step as it begins. `maxHoldMs`: the plan's. */
export function newStepRun({ holdMs }: { readonly holdMs: number }, maxHoldMs: number): StepRun {
  return {
    ...{ holdMs, deadlineMs: Math.max(holdMs, maxHoldMs), acked: false },
    ...{ clock: newHoldClock, look: 0, lookedAtHeldMs: 0 },
  };
}
