import {
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { TemporalIdentity } from '../../config-store/releases/progress/note-temporal.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { PlainSignal } from '../release/contract.ts';
import { dropSchedule, putSchedule, type RepeatedStart } from './schedules.ts';
import { identityOf, queuesOf, type QueuesFacts } from './temporal-facts.ts';
import { runOf, type RunningWorkflow } from './temporal-run.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What has to be asked of Temporal itself. All throw `unreachable` where it does not answer. */
export interface TemporalView {
  /** Which Temporal this is; asked once a minute at most. */
  identity(): Promise<TemporalIdentity>;
  /** Workers that wait at the queue of releases and at that of evaluations, and how long the oldest tasks have waited. */
  queues(taskQueue: string): Promise<QueuesFacts>;
  /** What runs under a workflow id; undefined where nothing does. */
  runOf(workflow: { readonly workflowId: string }): Promise<RunningWorkflow | undefined>;
  /** Ends a run where it is; one that has ended by itself is left as it is. */
  terminate(run: {
    readonly workflowId: string;
    readonly runId: string;
    readonly reason: string;
  }): Promise<void>;
  /** Asks a run to cancel itself; one that has ended is left as it is. */
  cancel(run: { readonly workflowId: string; readonly runId: string }): Promise<void>;
  /** Starts a workflow, unless one runs under its id already. */
  start(type: string, options: WorkflowStartOptions): Promise<void>;
  /** Starts a workflow in the place of one that runs under its id, which ends in the same moment. */
  replace(type: string, options: WorkflowStartOptions): Promise<void>;
  /** Sees to it that a workflow is started again and again, and says what there was to do for that. */
  putSchedule(repeated: RepeatedStart): Promise<'made' | 'changed' | 'kept'>;
  /** Takes a schedule away; false where there was none. */
  dropSchedule(scheduleId: string): Promise<boolean>;
  /** The identity of the client that started the run; absent where it gave none. */
  startedBy(run: { readonly workflowId: string; readonly runId: string }): Promise<string | undefined>;
  /** The identity of the client that sent the n-th signal of a kind to the run, or cancelled it. */
  sentBy(message: {
    readonly workflowId: string;
    readonly runId: string;
    readonly kind: PlainSignal | 'cancel';
    readonly ordinal: number;
  }): Promise<string | undefined>;
  /** All plain signals to a run, and its cancellation, in their order: the n-th of their kinds. */
  messagesTo(run: {
    readonly workflowId: string;
    readonly runId: string;
  }): Promise<{ readonly kind: PlainSignal | 'cancel'; readonly ordinal: number }[]>;
}

const identityHoldsMs = 60_000;

/** `timeoutMs`: how long Temporal has for an answer; without an end a caller would wait for a server that is away. */
export function createTemporalView(client: Client, timeoutMs = 5_000): TemporalView {
  const answered = <T>(ask: () => Promise<T>): Promise<T> =>
    orUnreachable(client.withDeadline(Date.now() + timeoutMs, ask));
  let identity: Promise<TemporalIdentity> | undefined;
  let forgetAtMs = 0;
  const forget = (error: unknown): never => {
    identity = undefined;
    throw error;
  };
  /** What stands behind an address may be another one after its restart. */
  const identityNow = (): Promise<TemporalIdentity> => {
    if (identity !== undefined && performance.now() < forgetAtMs) return identity;
    forgetAtMs = performance.now() + identityHoldsMs;
    return (identity = answered(() => identityOf(client)).catch(forget));
  };
  const history = async (workflowId: string, runId: string): Promise<HistoryEvent[]> =>
    (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
  return {
    identity: identityNow,
    queues: (taskQueue) => answered(() => queuesOf(client, taskQueue)),
    runOf: ({ workflowId }) => answered(() => runOf(client, workflowId)),
    terminate: ({ workflowId, runId, reason }) =>
      answered(() => unlessEnded(client.workflow.getHandle(workflowId, runId).terminate(reason))),
    cancel: ({ workflowId, runId }) =>
      answered(() => unlessEnded(client.workflow.getHandle(workflowId, runId).cancel())),
    start: (type, options) =>
      answered(async () => {
        try {
          await client.workflow.start(type, { ...options, workflowIdConflictPolicy: 'FAIL' });
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
      }),
    replace: (type, options) =>
      answered(async () => {
        await client.workflow.start(type, { ...options, workflowIdConflictPolicy: 'TERMINATE_EXISTING' });
      }),
    putSchedule: (repeated) => answered(() => putSchedule(client, repeated)),
    dropSchedule: (scheduleId) => answered(() => dropSchedule(client, scheduleId)),
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
    messagesTo: ({ workflowId, runId }) =>
      answered(async () => {
        const counted = { pause: 0, resume: 0, abort: 0, cancel: 0 };
        return (await history(workflowId, runId)).flatMap((event) => {
          const kind = messageKinds.find((each) => isMessage(event, each));
          return kind === undefined ? [] : [{ kind, ordinal: (counted[kind] += 1) }];
        });
      }),
  };
}

const messageKinds = ['pause', 'resume', 'abort', 'cancel'] as const;

async function unlessEnded(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
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
