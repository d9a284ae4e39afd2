import type { GateResult } from '../../activities/evaluation/contract.ts';
import type { ReleaseOutcome, StepOverride } from '../../activities/release/contract.ts';
import type { ReleaseRun } from './release-run.ts';
import type { Progress } from '../../domain/release/progress.ts';

/** How a stage ended; with `end` the release ends with it. */
export type StageResult = Omit<GateResult, 'outcome'> & {
  outcome: GateResult['outcome'] | 'override';
  override?: StepOverride;
  /** An absolute bound alarmed: the comparison has to decide. */
  alarmed?: boolean;
  end?: ReleaseOutcome;
};

/** One entry of the release's stage table. */
export interface Stage {
  name: string;
  /** Walked only where this says so; always where it is absent. */
  applies?: (progress: Progress) => boolean;
  run: (run: ReleaseRun) => Promise<StageResult>;
}
