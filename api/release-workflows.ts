import {
  Client,
  Connection,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { messageOf, SluiceError } from '../domain/errors.ts';
import { releaseWorkflowId } from '../domain/release.ts';
import { releaseWorkflowType, wakeSignal, type ReleaseInput } from '../workflows/messages.ts';

export interface ReleaseWorkflows {
  /** Throws `unreachable` where Temporal does not answer. */
  assertReachable(): Promise<void>;
  /**
   * Starts the workflow of a release. `other` means that the app's workflow id is taken by another release's run.
   * Throws `unreachable` where it is unknown whether the start took effect: start again with the same release id.
   */
  start(release: {
    app: string;
    releaseId: string;
  }): Promise<{ kind: 'started'; runId: string } | { kind: 'other' }>;
  /** Tells the workflow that there is a command to read; false where it could not be told. */
  wake(app: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface TemporalSettings {
  address: string;
  namespace: string;
  taskQueue: string;
  /** How long a call may take, in milliseconds. */
  timeoutMs: number;
}

function unreachable(cause: unknown): SluiceError {
  return new SluiceError('unreachable', `Temporal did not answer: ${messageOf(cause)}.`, {
    remedy:
      'Check TEMPORAL_ADDRESS and the server; then send the request again with the same Idempotency-Key.',
    cause,
  });
}

/** The release id that a run was started for, from its memo. */
async function releaseOfRun(
  client: Client,
  workflowId: string,
): Promise<{ releaseId: unknown; runId: string }> {
  const description = await client.workflow.getHandle(workflowId).describe();
  return { releaseId: description.memo?.['release'], runId: description.runId };
}

/** The workflows of releases, over a connection that is made lazily and heals itself. */
export function createReleaseWorkflows(settings: TemporalSettings): ReleaseWorkflows {
  const connection = Connection.lazy({ address: settings.address });
  const client = new Client({ connection, namespace: settings.namespace });
  const within = <T>(work: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + settings.timeoutMs, work);

  async function start({ app, releaseId }: { app: string; releaseId: string }) {
    const workflowId = releaseWorkflowId(app);
    const input: ReleaseInput = { app, releaseId };
    try {
      const handle = await client.workflow.start(releaseWorkflowType, {
        workflowId,
        taskQueue: settings.taskQueue,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        memo: { release: releaseId, app },
      });
      return { kind: 'started', runId: handle.firstExecutionRunId } as const;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const run = await releaseOfRun(client, workflowId);
      return run.releaseId === releaseId
        ? ({ kind: 'started', runId: run.runId } as const)
        : ({ kind: 'other' } as const);
    }
  }

  return {
    async assertReachable() {
      await within(() => connection.workflowService.getSystemInfo({})).catch((error: unknown) => {
        throw unreachable(error);
      });
    },
    start: (release) =>
      within(() => start(release)).catch((error: unknown) => {
        throw unreachable(error);
      }),
    async wake(app) {
      try {
        await within(() => client.workflow.getHandle(releaseWorkflowId(app)).signal(wakeSignal));
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || isGrpcServiceError(error)) return false;
        throw error;
      }
    },
    close: () => connection.close(),
  };
}
