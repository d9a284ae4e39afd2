import { durationMs } from '../duration.ts';

/** A plan as it is stored: one of before has no guard, and goes on as it was. */
interface GuardedPlan {
  readonly guard?: string | undefined;
  readonly holdback: number;
}

/** For how long the holdback of a plan goes on once its revision is stable; 0 where it does not: nothing is held back. */
export function guardMsOf({ guard, holdback }: GuardedPlan): number {
  return guard === undefined || holdback === 0 ? 0 : durationMs(guard);
}
