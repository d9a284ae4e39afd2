import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { messageOf, SluiceError } from '../domain/errors.ts';
import type { PlainSignal } from './contract.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What has to be asked of Temporal itself. All throw `unreachable` where it does not answer. */
export interface TemporalView {
  /** Is the workflow running, and as a continuation of that first run? */
  isRunning(run: { workflowId: string; firstRunId: string | undefined }): Promise<boolean>;
  /** The identity of the client that started the run; absent where it gave none. */
  startedBy(run: { workflowId: string; runId: string }): Promise<string | undefined>;
  /** The identity of the client that sent the n-th signal of a kind to the run, or cancelled it. */
  sentBy(message: {
    workflowId: string;
    runId: string;
    kind: PlainSignal | 'cancel';
    ordinal: number;
  }): Promise<string | undefined>;
}

/** `timeoutMs`: how long Temporal has for an answer; without an end a caller would wait for a server that is away. */
export function createTemporalView(client: Client, timeoutMs = 5_000): TemporalView {
  const answered = <T>(ask: () => Promise<T>): Promise<T> =>
    orUnreachable(client.withDeadline(Date.now() + timeoutMs, ask));
  const history = async (workflowId: string, runId: string): Promise<HistoryEvent[]> =>
    (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
  return {
    isRunning: ({ workflowId, firstRunId }) =>
      answered(async () => {
        try {
          const { status, raw } = await client.workflow.getHandle(workflowId).describe();
          const sameRun = firstRunId === undefined || raw.workflowExecutionInfo?.firstRunId === firstRunId;
          return status.name === 'RUNNING' && sameRun;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),
    startedBy: ({ workflowId, runId }) =>
      answered(async () => {
        const [first] = await history(workflowId, runId);
        return named(first?.workflowExecutionStartedEventAttributes?.identity);
      }),
    sentBy: ({ workflowId, runId, kind, ordinal }) =>
      answered(async () => {
        const senders = (await history(workflowId, runId)).filter((event) => isMessage(event, kind));
        return named(senderOf(senders[ordinal - 1]));
      }),
  };
}

function isMessage(event: HistoryEvent, kind: PlainSignal | 'cancel'): boolean {
  if (kind === 'cancel') return Boolean(event.workflowExecutionCancelRequestedEventAttributes);
  return event.workflowExecutionSignaledEventAttributes?.signalName === kind;
}

function senderOf(event: HistoryEvent | undefined): string | null | undefined {
  return (
    event?.workflowExecutionSignaledEventAttributes ?? event?.workflowExecutionCancelRequestedEventAttributes
  )?.identity;
}

function named(identity: string | null | undefined): string | undefined {
  return identity === null || identity === '' ? undefined : identity;
}

async function orUnreachable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ServiceError || isGrpcServiceError(error))) throw error;
    throw new SluiceError('unreachable', `Temporal did not answer: ${messageOf(error)}`, {
      remedy: 'Check TEMPORAL_ADDRESS and the server.',
      cause: error,
    });
  }
}
