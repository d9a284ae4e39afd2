import type { ReleaseOutcome } from '../activities/release/contract.ts';
import { newStepRun, type StepRun } from '../domain/release/step-run.ts';

/** A step as the present run works on it. */
export interface StepState extends StepRun {
  /** Set where a gateway refused the version, or serves a later one: the step cannot go on. */
  ended?: ReleaseOutcome;
}

export function newStepState(step: { holdMs: number }, maxHoldMs: number): StepState {
  return newStepRun(step, maxHoldMs);
}
