/** One step of the canary; a weight of 100 leaves no stable traffic, so it is judged by absolute bounds. */
export interface Step {
  stage: string;
  /** What is written into the split, in percent. */
  weight: number;
  holdMs: number;
  minExposures: number;
  /** The last step before 100 %, which leaves the holdback on stable. */
  bake: boolean;
}

/** The plan as the workflow walks it: fixed when the release is opened, so that no later change of the code moves it. */
export interface Course {
  steps: Step[];
  /** Walked only where an absolute bound alarms at 100 %: half and half, judged by the concurrent test. */
  compare: Step;
  maxHoldMs: number;
  onInconclusive: 'pause' | 'rollback';
  maxPauseMs: number;
  maxBlindMs: number;
  leaseMs: number;
}
