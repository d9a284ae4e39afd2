import type { OpenedRelease } from '../../activities/release/contract.ts';
import type { GuardrailStatus } from '../../activities/looks/contract.ts';
import type { Compensation, Progress, Promotion } from '../../domain/release/progress.ts';
import type { StepRun } from '../../domain/release/step-run.ts';

/** What a run of an earlier version took with it through continue-as-new: now a release's state is in its row. */
export interface ReleaseCarried {
  readonly state: {
    readonly opened: OpenedRelease;
    readonly stage: string;
    readonly splitVersion: number;
    readonly splitWrittenMs: number;
    readonly weight: number;
    readonly compensations: Compensation[];
    readonly pausedSinceMs?: number;
    readonly alarmed: boolean;
    readonly promotion?: Promotion;
    readonly guardrails: GuardrailStatus[];
  };
  /** Index into the stage table. */
  readonly stageIndex: number;
  /** When the stage was entered, in milliseconds since the epoch by the workflow's clock. */
  readonly stageStartedMs: number;
  readonly step?: StepRun;
}

/** The same as a release's state is kept now. */
export function progressOfCarried({ state, stageIndex, stageStartedMs, step }: ReleaseCarried): Progress {
  const { opened, guardrails: _, ...progress } = state;
  return {
    ...progress,
    ...{ version: 1, sequence: 0, course: opened.course, stageIndex, stageStartedMs, seenCommandId: 0 },
    ...(step === undefined ? {} : { step }),
  };
}
