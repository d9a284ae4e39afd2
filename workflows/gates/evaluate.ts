import type { ReleaseRun } from '../release/release-run.ts';
import type { StageResult } from '../release/stage.ts';
import { evaluation } from './evaluation.ts';
import { runGate } from './run-gate.ts';

/** The evaluation gate: production has not seen the candidate, so a failure blocks and nothing is withdrawn. */
export function evaluate(run: ReleaseRun): Promise<StageResult> {
  const summary = `Evaluation of ${run.opened.label}`;
  return runGate(run, 'evaluate', { workflow: evaluation, summary });
}
