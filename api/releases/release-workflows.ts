import type { Client } from '@temporalio/client';
import { identityOf, queuesOf, type QueuesFacts } from '../../activities/temporal/temporal-facts.ts';
import type { TemporalIdentity } from '../../config-store/releases/progress/note-temporal.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { firstEvaluationWorkflowId } from '../../domain/evaluation/first-evaluation.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import {
  failureOf,
  runningRelease,
  startEvaluation,
  startRelease,
  startStableWatch,
  terminateRelease,
  wakeRelease,
  type ReleaseToStart,
  type WorkflowStart,
} from './workflow-runs.ts';

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
  startEvaluation(evaluation: {
    readonly id: string;
    readonly app: string;
    readonly label: string;
  }): Promise<void>;
  /** Starts a run of an app's stable watch, or gives the one that was asked for already. Throws `unreachable`. */
  startStableWatch(watch: {
    readonly app: string;
    readonly askedBy: string;
  }): Promise<{ readonly run: string }>;
  /** Why such an evaluation ended without a decision; absent while it runs. Throws `unreachable`. */
  evaluationFailure(evaluation: { readonly id: string; readonly app: string }): Promise<string | undefined>;
  /** Which Temporal this is. Throws `unreachable`. */
  identity(): Promise<TemporalIdentity>;
  /** Who waits there for releases and their evaluations; undefined where it could not be asked. */
  queues(): Promise<QueuesFacts | undefined>;
  /** Ends the workflow of a release where it is; false where that could not be told. */
  terminate(release: {
    readonly id: string;
    readonly app: string;
    readonly reason: string;
  }): Promise<boolean>;
  /** Tells the workflow that there is a command to read; false where it could not be told. */
  wake(app: string): Promise<boolean>;
}

export interface ReleaseWorkflowsParts {
  readonly client: Client;
  readonly taskQueue: string;
  /** How long a start may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long the waking of a workflow may hold up the answer to a person, in milliseconds. */
  readonly wakeTimeoutMs: number;
}

/** The workflows of releases, by a client whose connection is made when it is needed and heals itself. */
export function createReleaseWorkflows(parts: ReleaseWorkflowsParts): ReleaseWorkflows {
  const { client, taskQueue, timeoutMs, wakeTimeoutMs } = parts;
  const within = <T>(ms: number, work: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + ms, work);
  const ask = <T>(work: () => Promise<T>): Promise<T> =>
    within(timeoutMs, work).catch((error: unknown) => {
      throw unreachable(error);
    });

  return {
    async assertReachable() {
      const { namespace } = client.options;
      await ask(() => client.workflowService.describeNamespace({ namespace }));
    },
    async running(app) {
      const running = await ask(() => runningRelease(client, releaseWorkflowId(app)));
      return running?.releaseId;
    },
    start: (release) => ask(() => startRelease(client, taskQueue, release)),
    startEvaluation: (evaluation) => ask(() => startEvaluation(client, taskQueue, evaluation)),
    startStableWatch: (watch) => ask(() => startStableWatch(client, taskQueue, watch)),
    evaluationFailure: ({ app, id }) => ask(() => failureOf(client, firstEvaluationWorkflowId(app, id))),
    identity: () => ask(() => identityOf(client)),
    queues: () => within(wakeTimeoutMs, () => queuesOf(client, taskQueue)).catch(() => undefined),
    terminate: (release) => within(timeoutMs, () => terminateRelease(client, release)).catch(() => false),
    wake: (app) => within(wakeTimeoutMs, () => wakeRelease(client, app)),
  };
}

function unreachable(cause: unknown): SluiceError {
  const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  return new SluiceError('unreachable', `Temporal did not answer: ${messageOf(reason)}.`, {
    remedy: 'Check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the server, then try again.',
    cause,
  });
}
