import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { stableWatchRunId } from '../../domain/stable-watch/stable-watch.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import {
  evaluationWorkflowType,
  firstEvaluationStart,
  releaseStart,
  releaseWorkflowType,
  stableWatchStart,
  stableWatchWorkflowType,
  wakeSignal,
} from '../../workflows/messages.ts';

/** What a workflow is started for: a release row that has been committed. */
export interface ReleaseToStart {
  readonly id: string;
  readonly app: string;
  readonly label: string;
  readonly planName: string;
  readonly actor: string;
}

/** `other`: the app's workflow id is taken by the run of another release. */
export type WorkflowStart =
  | { readonly kind: 'started'; readonly runId: string }
  | { readonly kind: 'other'; readonly releaseId: string };

/** Once: the same release again gives the run that it has. */
export async function startRelease(
  client: Client,
  taskQueue: string,
  release: ReleaseToStart,
): Promise<WorkflowStart> {
  const options = releaseStart(release);
  try {
    const handle = await client.workflow.start(releaseWorkflowType, {
      ...options,
      taskQueue,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    return { kind: 'started', runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { releaseId, firstRunId } = await holderOf(client, options.workflowId);
    return releaseId === release.id ? { kind: 'started', runId: firstRunId } : { kind: 'other', releaseId };
  }
}

/** Once, as long as it has not failed. */
export async function startEvaluation(
  client: Client,
  taskQueue: string,
  evaluation: { readonly id: string; readonly app: string; readonly label: string },
): Promise<void> {
  await client.workflow.start(evaluationWorkflowType, {
    ...firstEvaluationStart(evaluation),
    taskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

/** Beside those that its schedule starts: who comes second of the two finds that a run is on. */
export async function startStableWatch(
  client: Client,
  taskQueue: string,
  watch: { readonly app: string; readonly askedBy: string },
): Promise<{ readonly run: string }> {
  const handle = await client.workflow.start(stableWatchWorkflowType, {
    ...stableWatchStart(watch),
    taskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  return { run: stableWatchRunId(handle.firstExecutionRunId) };
}

/** What a workflow failed with, without the wrapping; absent where it has not failed. */
export async function failureOf(client: Client, workflowId: string): Promise<string | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING' || status.name === 'COMPLETED') return undefined;
    await handle.result();
    return undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'Its workflow never started, or is forgotten.';
    if (error instanceof WorkflowFailedError) return innermostMessage(error);
    throw error;
  }
}

/** Only the run that was seen to be the release's, and those that continue it: the app may have another in a moment. */
export async function terminateRelease(
  client: Client,
  { id, app, reason }: { readonly id: string; readonly app: string; readonly reason: string },
): Promise<boolean> {
  const workflowId = releaseWorkflowId(app);
  const running = await runningRelease(client, workflowId);
  if (running?.releaseId !== id) return true;
  const { firstRunId: firstExecutionRunId } = running;
  try {
    await client.workflow.getHandle(workflowId, undefined, { firstExecutionRunId }).terminate(reason);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error; // Otherwise it has ended meanwhile.
  }
  return true;
}

/** False where there is none, or where it could not be told. */
export async function wakeRelease(client: Client, app: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(releaseWorkflowId(app)).signal(wakeSignal);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof ServiceError) return false;
    throw error;
  }
}

/** The run that holds an app's workflow id, and the release it is for: its memo's, or for one started by hand its own. */
async function holderOf(client: Client, workflowId: string) {
  const { status, memo, raw, runId } = await client.workflow.getHandle(workflowId).describe();
  const firstRunId = raw.workflowExecutionInfo?.firstRunId ?? runId;
  const named: unknown = memo?.['release'];
  const isRunning = status.name === 'RUNNING';
  return { isRunning, firstRunId, releaseId: typeof named === 'string' ? named : firstRunId };
}

/** The release whose workflow runs; undefined where none does. */
export async function runningRelease(
  client: Client,
  workflowId: string,
): Promise<{ readonly releaseId: string; readonly firstRunId: string } | undefined> {
  try {
    const holder = await holderOf(client, workflowId);
    return holder.isRunning ? holder : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function innermostMessage(error: Error): string {
  return error.cause instanceof Error ? innermostMessage(error.cause) : error.message;
}
