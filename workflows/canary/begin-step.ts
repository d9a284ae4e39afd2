import type { Step } from '../../domain/release/course.ts';
import { newStepRun } from '../../domain/release/step-run.ts';
import type { ReleaseRun } from '../release/release-run.ts';

/** Begins a step, or goes on with it from where a run before has left it. */
export function beginStep(run: ReleaseRun, step: Step): void {
  run.stepEnd = undefined;
  const { step: begun, course } = run.progress;
  if (begun === undefined) run.transition({ kind: 'step-begun', step: newStepRun(step, course.maxHoldMs) });
}
