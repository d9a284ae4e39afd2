import type { ReleaseRun } from '../release/release-run.ts';
import type { StageResult } from '../release/stage.ts';
import { mirrorReplay } from './mirror-replay.ts';
import { runGate } from './run-gate.ts';

/** The staging mirror: sampled production requests, answered by both revisions in staging. */
export function mirror(run: ReleaseRun): Promise<StageResult> {
  const summary = `Mirror replay of ${run.opened.label} in staging`;
  return runGate(run, 'mirror', { workflow: mirrorReplay, summary });
}
