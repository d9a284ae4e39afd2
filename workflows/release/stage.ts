import type { GateResult } from '../../activities/evaluation/contract.ts';
import type { ReleaseOutcome, StepOverride } from '../../activities/release/contract.ts';
import type { ReleaseRun } from './release-run.ts';
import type { Progress } from '../../domain/release/progress.ts';

/** How a stage ended; with `end` the release ends with it. */
export type StageResult = Omit<GateResult, 'outcome'> & {
  readonly outcome: GateResult['outcome'] | 'override';
  readonly override?: StepOverride;
  /** An absolute bound alarmed: the comparison has to decide. */
  readonly alarmed?: boolean;
  readonly end?: ReleaseOutcome;
};

/** One entry of the release's stage table. */
export interface Stage {
  readonly name: string;
  /** Walked only where this says so; always where it is absent. */
  readonly applies?: (progress: Progress) => boolean;
  readonly run: (run: ReleaseRun) => Promise<StageResult>;
}
