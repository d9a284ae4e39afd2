import type { GateStage } from './gate-stages.ts';

/** One step of the canary; a weight of 100 leaves no stable traffic, so it is judged by absolute bounds. */
export interface Step {
  readonly stage: string;
  /** What is written into the split, in percent. */
  readonly weight: number;
  /** Of the plan's audience, in percent: the step before the shares, whose own weight is 0. Absent for all others. */
  readonly share?: number | undefined;
  readonly holdMs: number;
  readonly minExposures: number;
  /** The last step before 100 %, which leaves the holdback on stable. */
  readonly bake: boolean;
}

/** The plan as the workflow walks it: fixed when the release is opened, so that no later change of the code moves it. */
export interface Course {
  /** The stages before its steps, in their order; absent in courses of before (`gatesOf`). */
  readonly gates?: readonly GateStage[] | undefined;
  readonly steps: Step[];
  /** Walked only where an absolute bound alarms at 100 %: half and half, judged by the concurrent test. */
  readonly compare: Step;
  readonly maxHoldMs: number;
  readonly onInconclusive: 'pause' | 'rollback';
  readonly maxPauseMs: number;
  readonly maxBlindMs: number;
  readonly leaseMs: number;
  /** For how long the holdback goes on once the revision is stable; absent where it does not, and in courses of before. */
  readonly guardMs?: number | undefined;
}

/** Those that there were before courses named them. */
const firstGates: readonly GateStage[] = ['evaluate', 'mirror'];

/** The gates that a release walks: those that there were when it was opened, whichever have come since. */
export function gatesOf({ gates = firstGates }: Course): readonly GateStage[] {
  return gates;
}
