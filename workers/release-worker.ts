import type { DataConverter } from '@temporalio/common';
import { Runtime, Worker, type NativeConnection } from '@temporalio/worker';
import type { SluiceActivities } from '../activities/activities.ts';
import type { Logger } from 'pino';
import { createActivityLog } from './activity-log.ts';
import { workflowBundle } from './bundle/workflow-bundle.ts';

export interface ReleaseWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: SluiceActivities;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly stickyTimeoutMs: number;
  /** Seals what goes through Temporal. */
  readonly dataConverter?: DataConverter;
}

/** With heartbeats comes the news that a batch of looks is to end: a pause or an abort must not wait for it. */
export const heartbeatThrottleMs = 500;

/** Each release that is on its way holds one all the time: its batch of looks. */
const activitiesAtOnce = 500;

/** How long activities may go on after SIGTERM; shards are cancelled then and taken up by another worker. */
const drainMs = 5_000;

/** A worker for releases: their workflows and all their activities. */
export async function createReleaseWorker(options: ReleaseWorkerOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, activities, log, stickyTimeoutMs, dataConverter } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    interceptors: { activity: [createActivityLog(log)] },
    ...(dataConverter === undefined ? {} : { dataConverter }),
    workflowBundle: await workflowBundle({ logger: Runtime.instance().logger }),
    stickyQueueScheduleToStartTimeout: stickyTimeoutMs,
    maxHeartbeatThrottleInterval: heartbeatThrottleMs,
    defaultHeartbeatThrottleInterval: heartbeatThrottleMs,
    maxConcurrentActivityTaskExecutions: activitiesAtOnce,
    shutdownGraceTime: drainMs,
    shutdownForceTime: 2 * drainMs,
  });
}
