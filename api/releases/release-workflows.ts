import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { identityOf, queuesOf, type QueuesFacts } from '../../activities/temporal/temporal-facts.ts';
import type { TemporalIdentity } from '../../config-store/releases/progress/note-temporal.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { firstEvaluationWorkflowId } from '../../domain/evaluation/first-evaluation.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import {
  evaluationWorkflowType,
  firstEvaluationStart,
  releaseStart,
  releaseWorkflowType,
  wakeSignal,
} from '../../workflows/messages.ts';

/** What a workflow is started for: a release row that has been committed. */
export interface ReleaseToStart {
  id: string;
  app: string;
  label: string;
  planName: string;
  actor: string;
}

/** `other`: the app's workflow id is taken by the run of another release. */
export type WorkflowStart = { kind: 'started'; runId: string } | { kind: 'other'; releaseId: string };

export interface ReleaseWorkflows {
  /** Throws `unreachable` where Temporal does not answer, or has no such namespace. */
  assertReachable(): Promise<void>;
  /** The release whose workflow runs for an app, if any does. Throws `unreachable`. */
  running(app: string): Promise<string | undefined>;
  /**
   * Starts the workflow of a release, once: the same release again gives the run that it has.
   * Throws `unreachable` where it is unknown whether the start took effect: start again with the same release.
   */
  start(release: ReleaseToStart): Promise<WorkflowStart>;
  /** Starts the evaluation of an app's first revision, once. Throws `unreachable`. */
  startEvaluation(evaluation: { id: string; app: string; label: string }): Promise<void>;
  /** Why such an evaluation ended without a decision; absent while it runs. Throws `unreachable`. */
  evaluationFailure(evaluation: { id: string; app: string }): Promise<string | undefined>;
  /** Which Temporal this is. Throws `unreachable`. */
  identity(): Promise<TemporalIdentity>;
  /** Who waits there for releases and their evaluations; undefined where it could not be asked. */
  queues(): Promise<QueuesFacts | undefined>;
  /** Ends the workflow of a release where it is; false where that could not be told. */
  terminate(release: { id: string; app: string; reason: string }): Promise<boolean>;
  /** Tells the workflow that there is a command to read; false where it could not be told. */
  wake(app: string): Promise<boolean>;
}

export interface ReleaseWorkflowsParts {
  client: Client;
  taskQueue: string;
  /** How long a start may take, in milliseconds. */
  timeoutMs: number;
  /** How long the waking of a workflow may hold up the answer to a person, in milliseconds. */
  wakeTimeoutMs: number;
}

function unreachable(cause: unknown): SluiceError {
  const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  return new SluiceError('unreachable', `Temporal did not answer: ${messageOf(reason)}.`, {
    remedy: 'Check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the server, then try again.',
    cause,
  });
}

/** The run that holds an app's workflow id, and the release it is for: its memo's, or for one started by hand its own. */
async function holderOf(client: Client, workflowId: string) {
  const { status, memo, raw, runId } = await client.workflow.getHandle(workflowId).describe();
  const firstRunId = raw.workflowExecutionInfo?.firstRunId ?? runId;
  const named: unknown = memo?.['release'];
  const isRunning = status.name === 'RUNNING';
  return { isRunning, firstRunId, releaseId: typeof named === 'string' ? named : firstRunId };
}

async function runningRelease(
  client: Client,
  workflowId: string,
): Promise<{ releaseId: string; firstRunId: string } | undefined> {
  try {
    const holder = await holderOf(client, workflowId);
    return holder.isRunning ? holder : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function startEvaluation(
  client: Client,
  taskQueue: string,
  evaluation: { id: string; app: string; label: string },
): Promise<void> {
  await client.workflow.start(evaluationWorkflowType, {
    ...firstEvaluationStart(evaluation),
    taskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

/** What a workflow failed with, without the wrapping; absent where it has not failed. */
async function failureOf(client: Client, workflowId: string): Promise<string | undefined> {
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
async function terminate(
  client: Client,
  { id, app, reason }: { id: string; app: string; reason: string },
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

function innermostMessage(error: Error): string {
  return error.cause instanceof Error ? innermostMessage(error.cause) : error.message;
}

/** The workflows of releases, by a client whose connection is made when it is needed and heals itself. */
export function createReleaseWorkflows(parts: ReleaseWorkflowsParts): ReleaseWorkflows {
  const { client, taskQueue } = parts;
  const within = <T>(ms: number, work: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + ms, work);

  async function start(release: ReleaseToStart): Promise<WorkflowStart> {
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

  return {
    async assertReachable() {
      const { namespace } = client.options;
      await within(parts.timeoutMs, () => client.workflowService.describeNamespace({ namespace })).catch(
        (error: unknown) => {
          throw unreachable(error);
        },
      );
    },
    running: (app) =>
      within(
        parts.timeoutMs,
        async () => (await runningRelease(client, releaseWorkflowId(app)))?.releaseId,
      ).catch((error: unknown) => {
        throw unreachable(error);
      }),
    start: (release) =>
      within(parts.timeoutMs, () => start(release)).catch((error: unknown) => {
        throw unreachable(error);
      }),
    startEvaluation: (evaluation) =>
      within(parts.timeoutMs, () => startEvaluation(client, taskQueue, evaluation)).catch(
        (error: unknown) => {
          throw unreachable(error);
        },
      ),
    evaluationFailure: ({ app, id }) =>
      within(parts.timeoutMs, () => failureOf(client, firstEvaluationWorkflowId(app, id))).catch(
        (error: unknown) => {
          throw unreachable(error);
        },
      ),
    identity: () =>
      within(parts.timeoutMs, () => identityOf(client)).catch((error: unknown) => {
        throw unreachable(error);
      }),
    queues: () => within(parts.wakeTimeoutMs, () => queuesOf(client, taskQueue)).catch(() => undefined),
    terminate: (release) => within(parts.timeoutMs, () => terminate(client, release)).catch(() => false),
    async wake(app) {
      const handle = client.workflow.getHandle(releaseWorkflowId(app));
      try {
        await within(parts.wakeTimeoutMs, () => handle.signal(wakeSignal));
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || error instanceof ServiceError) return false;
        throw error;
      }
    },
  };
}
