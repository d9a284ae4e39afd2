import { WorkflowNotFoundError, type Client } from '@temporalio/client';
// CommonJS without names that Node could find: only the default import works when it is run directly.
import proto, { type temporal } from '@temporalio/proto';
import { shortened } from '../../evals/summary.ts';

const { TIMEOUT_TYPE_START_TO_CLOSE } = proto.temporal.api.enums.v1.TimeoutType;

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;
type Timestamp = NonNullable<HistoryEvent['eventTime']>;

/** A workflow task that no worker could complete, or an activity that none knows: what Temporal tells of it, all by Temporal's own clock. */
export interface FailingTask {
  /** From the first failure to the newest: it stands still while no worker tries. */
  readonly forMs: number;
  readonly why: string;
}

export interface WorkflowRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly firstRunId: string;
  readonly failing?: FailingTask;
}

/** What runs for a release: its workflow, and children that work for it. */
export interface RunningWorkflow extends WorkflowRun {
  readonly children: WorkflowRun[];
}

const mostBytes = 300;
const pageSize = 100;
/** Signals to a workflow that is stuck stand between its failures: so many events are looked at, not for ever. */
const mostPages = 20;

/** The workflow with that id and its open children; undefined where none runs. */
export async function runOf(client: Client, workflowId: string): Promise<RunningWorkflow | undefined> {
  const parent = await describe(client, workflowId);
  if (parent === undefined) return undefined;
  const children = await Promise.all(
    parent.children.map(({ workflowId: id, runId }) => describe(client, id ?? '', runId ?? undefined)),
  );
  return { ...parent.run, children: children.flatMap((child) => (child === undefined ? [] : [child.run])) };
}

async function describe(client: Client, workflowId: string, wantedRunId?: string) {
  try {
    const { status, runId, raw } = await client.workflow.getHandle(workflowId, wantedRunId).describe();
    if (status.name !== 'RUNNING') return undefined;
    const { pendingWorkflowTask: pending, workflowExecutionInfo: info, pendingChildren } = raw;
    // When the attempt before it ended: the one that is under way has not failed.
    const endedAt = pending?.scheduledTime;
    const failing =
      (endedAt ? await failingTask(client, { workflowId, runId }, msOf(endedAt)) : undefined) ??
      (await unknownActivity(client, { workflowId, runId }, raw.pendingActivities ?? []));
    const run: WorkflowRun = {
      ...{ workflowId, runId, firstRunId: info?.firstRunId ?? runId },
      ...(failing === undefined ? {} : { failing }),
    };
    return { run, children: pendingChildren ?? [] };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/**
 * What has failed since a worker last completed a task. Attempts that follow the first are not in the history, and
 * their number begins anew with every signal, so that neither says how long it has been going on.
 */
async function failingTask(
  client: Client,
  execution: { readonly workflowId: string; readonly runId: string },
  endedMs: number,
): Promise<FailingTask | undefined> {
  const events = await newestUntil(client, execution, ({ workflowTaskCompletedEventAttributes }) =>
    Boolean(workflowTaskCompletedEventAttributes),
  );
  const failures = events.filter(isFailure);
  const first = failures.at(-1);
  if (!first?.eventTime) return undefined;
  const told = failures.find(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes);
  const message = told?.workflowTaskFailedEventAttributes?.failure?.message;
  const forMs = Math.max(0, endedMs - msOf(first.eventTime));
  return { forMs, why: shortened(message ?? 'a worker took it and did not answer', mostBytes) };
}

/**
 * An activity by a name that no worker has (any more): it is tried again for ever, and the workflow that waits for it has no
 * task that could fail. By the time between its beginning and the newest attempt, of all the workers that there are.
 */
async function unknownActivity(
  client: Client,
  execution: { readonly workflowId: string; readonly runId: string },
  pending: readonly PendingActivity[],
): Promise<FailingTask | undefined> {
  const unknown = pending.find(isUnknown);
  if (!unknown?.lastStartedTime) return undefined;
  const isItsBeginning = ({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent): boolean =>
    scheduled?.activityId === unknown.activityId;
  const begun = (await newestUntil(client, execution, isItsBeginning)).find(isItsBeginning);
  if (!begun?.eventTime) return undefined;
  const forMs = Math.max(0, msOf(unknown.lastStartedTime) - msOf(begun.eventTime));
  return { forMs, why: shortened(unknown.lastFailure?.message ?? 'its activity is unknown', mostBytes) };
}

/** As Temporal's worker says it. */
function isUnknown({ lastFailure }: PendingActivity): boolean {
  const isMissing = lastFailure?.applicationFailureInfo?.type === 'NotFoundError';
  return isMissing && lastFailure.message?.includes('is not registered on this Worker') === true;
}

/** Newest first, up to and with the first that is looked for. */
async function newestUntil(
  client: Client,
  execution: { readonly workflowId: string; readonly runId: string },
  isWanted: (event: HistoryEvent) => boolean,
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: client.options.namespace,
      execution,
      maximumPageSize: pageSize,
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    const found = answer.history?.events ?? [];
    const wanted = found.findIndex(isWanted);
    events.push(...(wanted < 0 ? found : found.slice(0, wanted + 1)));
    if (wanted >= 0 || answer.nextPageToken.length === 0) break;
    nextPageToken = answer.nextPageToken;
  }
  return events;
}

function isFailure({
  workflowTaskFailedEventAttributes,
  workflowTaskTimedOutEventAttributes,
}: HistoryEvent): boolean {
  return (
    Boolean(workflowTaskFailedEventAttributes) ||
    // A worker took the task and died of it; one that nobody took has not failed.
    workflowTaskTimedOutEventAttributes?.timeoutType === TIMEOUT_TYPE_START_TO_CLOSE
  );
}

function msOf({ seconds, nanos }: Timestamp): number {
  return Number(seconds ?? 0) * 1000 + Math.floor((nanos ?? 0) / 1_000_000);
}
