import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Outcome, ReleaseState } from '../domain/release.ts';

/** The task queue of the release workflows and their activities. */
export const taskQueue = 'sluice-releases';
/** The name of the release workflow's type, as it stands in the Temporal UI. */
export const releaseWorkflowType = 'release';

/**
 * What starts a release. The API gives the release id of the row it has committed; a person who starts the
 * workflow by hand gives app and revision, and the plan and the suites are those last published for the app.
 */
export interface ReleaseInput {
  app: string;
  releaseId?: string;
  /** Label or digest; needed where there is no release id. */
  revision?: string;
  /** Name of a published plan; `default` where absent. */
  plan?: string;
  /** State carried through continue-as-new; never set by a caller. */
  carried?: ReleaseCarried;
}

/** A compensation as data: what it is called and with what it is called. */
export interface Compensation {
  name: 'withdrawCandidate';
  args: { app: string; environment: string; releaseId: string };
}

export interface ReleaseCarried {
  releaseId: string;
  /** Index into the stage table, and what the stage needs to go on in its middle. */
  stageIndex: number;
  stageState: Record<string, unknown>;
  compensations: Compensation[];
  splitVersion: number;
}

/** The answer of the query `status`. */
export interface ReleaseStatus {
  releaseId: string;
  app: string;
  revision: string;
  state: ReleaseState;
  stage: string;
  /** The candidate's share in percent that holds now. */
  weight: number;
  paused: boolean;
  outcome?: Outcome;
  reason?: string;
  /** The step's hold clock. */
  hold?: { elapsedMs: number; totalMs: number };
  /** One line a guardrail of the newest look. */
  looks: number;
  guardrails: {
    name: string;
    evidence: number;
    threshold: number;
    candidateRate: number;
    stableRate: number;
  }[];
}

/** Tells the workflow that there is a command to read; payload-free, because the command is in the database. */
export const wakeSignal = defineSignal('wake');
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
export const abortSignal = defineSignal('abort');
export const statusQuery = defineQuery<ReleaseStatus>('status');

/** Typed search attributes that make releases findable in the Temporal UI. */
export const searchAttributes = {
  app: 'SluiceApp',
  release: 'SluiceRelease',
  stage: 'SluiceStage',
  weight: 'SluiceWeight',
  outcome: 'SluiceOutcome',
} as const;
