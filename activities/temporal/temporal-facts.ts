import { isGrpcServiceError, type Client } from '@temporalio/client';
// CommonJS without names that Node could find: only the default import works when it is run directly.
import proto from '@temporalio/proto';
import type { TemporalIdentity } from '../../config-store/releases/progress/note-temporal.ts';
import { evaluationQueue } from '../../domain/evaluation/evaluation-queue.ts';

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType;

type QueueType = typeof TASK_QUEUE_TYPE_WORKFLOW | typeof TASK_QUEUE_TYPE_ACTIVITY;

/** Who waits at a task queue. */
interface QueueFacts {
  /** Workers that wait for tasks; Temporal forgets one five minutes after its last poll. */
  readonly pollers: number;
  /** How long the oldest task has waited for one of them, by Temporal's clock. */
  readonly backlogMs: number;
}

/** Who waits for releases, and for their evaluations and mirror replays. */
export interface QueuesFacts {
  readonly queue: QueueFacts;
  readonly evaluation: QueueFacts;
}

/** Which Temporal a client talks to. */
export async function identityOf(client: Client): Promise<TemporalIdentity> {
  const { namespace } = client.options;
  const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace });
  const cluster = await clusterOf(client);
  return { namespace: namespaceInfo?.id ?? namespace, ...(cluster === undefined ? {} : { cluster }) };
}

/** Hosted Temporal does not say it to everybody: then the namespace's own id has to do. */
async function clusterOf(client: Client): Promise<string | undefined> {
  try {
    const { clusterId } = await client.workflowService.getClusterInfo({});
    return clusterId === '' ? undefined : clusterId;
  } catch (error) {
    if (!isGrpcServiceError(error) || isAway(error.code)) throw error;
    return undefined;
  }
}

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE. */
export function isAway(code: number): boolean {
  return code === 4 || code === 14;
}

/** Who works at the task queue of releases, and at the one beside it. */
export async function queuesOf(client: Client, taskQueue: string): Promise<QueuesFacts> {
  const [queue, evaluation] = await Promise.all([
    queueOf(client, { name: taskQueue, tasks: TASK_QUEUE_TYPE_WORKFLOW }),
    queueOf(client, { name: evaluationQueue(taskQueue), tasks: TASK_QUEUE_TYPE_ACTIVITY }),
  ]);
  return { queue, evaluation };
}

async function queueOf(
  client: Client,
  { name, tasks: taskQueueType }: { readonly name: string; readonly tasks: QueueType },
): Promise<QueueFacts> {
  const { namespace } = client.options;
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    ...{ namespace, taskQueue: { name }, taskQueueType },
    reportStats: true,
  });
  const { seconds, nanos } = stats?.approximateBacklogAge ?? {};
  const backlogMs = Number(seconds ?? 0) * 1000 + Math.floor((nanos ?? 0) / 1_000_000);
  return { pollers: pollers.length, backlogMs };
}
