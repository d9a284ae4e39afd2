import { defineQuery, defineSignal } from '@temporalio/workflow';
import { firstEvaluationWorkflowId } from '../domain/evaluation/first-evaluation.ts';
import { guardWorkflowId } from '../domain/release/guard.ts';
import { releaseWorkflowId } from '../domain/release/release.ts';
import { stableWatchWorkflowId } from '../domain/stable-watch/stable-watch.ts';
import type { ReleaseCarried } from './release/carried.ts';
import type { ReleaseStatus } from './release/release-status.ts';

/** The task queue of the release workflows, and of the activities that carry releases on. */
export const taskQueue = 'sluice-releases';

/** The name of the release workflow's type, as it stands in the Temporal UI. */
export const releaseWorkflowType = 'release';

/** The name of the evaluation workflow's type. */
export const evaluationWorkflowType = 'evaluation';

/**
 * What starts a release. The API gives the release id of the row it has committed; a person who starts the
 * workflow by hand gives app and revision, and the plan and the suites are those last published for the app.
 */
export interface ReleaseInput {
  readonly app: string;
  readonly releaseId?: string;
  /** Label or digest; needed where there is no release id. */
  readonly revision?: string;
  /** Name of a published plan; `default` where absent. */
  readonly plan?: string;
  /** What a run of an earlier version has carried through continue-as-new; from anybody else it is refused. */
  readonly carried?: ReleaseCarried;
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

/** How the evaluation of an app's first revision is to be started: the same as that of a release, with no stable one. */
export function firstEvaluationStart({
  id,
  app,
  label,
}: {
  readonly id: string;
  readonly app: string;
  readonly label: string;
}) {
  return {
    workflowId: firstEvaluationWorkflowId(app, id),
    args: [{ releaseId: id }],
    staticSummary: `Evaluation of ${label}, to be the first revision of ${app}`,
  };
}

/** The name of the workflow's type that watches a revision which has just become stable. */
export const guardWorkflowType = 'guard';

/** How the guard of a release is to be started: one for each, whoever starts it. It ends by itself. */
export function guardStart({
  releaseId,
  app,
  label,
}: {
  readonly releaseId: string;
  readonly app: string;
  readonly label: string;
}) {
  return {
    workflowId: guardWorkflowId(releaseId),
    args: [{ releaseId }] as [{ readonly releaseId: string }],
    staticSummary: `Guard of ${label}, stable in ${app}`,
    parentClosePolicy: 'ABANDON' as const,
  };
}

/** The name of the workflow's type that asks what is stable while nothing is released. */
export const stableWatchWorkflowType = 'stableWatch';

/** Longer than its activities have to end in. */
export const stableWatchTimeoutMs = 3_600_000;

/** How a run of an app's stable watch is to be started; `askedBy` where it is not its time. */
export function stableWatchStart({
  app,
  askedBy,
}: {
  readonly app: string;
  readonly askedBy?: string | undefined;
}) {
  return {
    workflowId: stableWatchWorkflowId(app),
    args: [{ app, ...(askedBy === undefined ? {} : { askedBy }) }],
    workflowExecutionTimeout: stableWatchTimeoutMs,
    staticSummary: `Stable watch of ${app}`,
  };
}

/** How a release workflow is to be started: what people see of it in the Temporal UI from its first second. */
export interface ReleaseStart {
  readonly workflowId: string;
  readonly args: [ReleaseInput];
  readonly staticSummary: string;
  readonly staticDetails: string;
  readonly memo: Record<string, unknown>;
}

/** The options of `client.workflow.start(releaseWorkflowType, ...)` for a release row; add the task queue and the policies. */
export function releaseStart(release: {
  readonly id: string;
  readonly app: string;
  readonly label: string;
  readonly planName: string;
  readonly actor: string;
}): ReleaseStart {
  const { id, app, label, planName, actor } = release;
  return {
    workflowId: releaseWorkflowId(app),
    args: [{ app, releaseId: id }],
    staticSummary: `Release ${label} of ${app}`,
    staticDetails: `- release: ${id}\n- plan: ${planName}\n- started by: ${actor}\n- follow it: \`sluice release watch ${id}\``,
    memo: { release: id, revision: label, plan: planName },
  };
}
