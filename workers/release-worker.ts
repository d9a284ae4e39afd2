import { join } from 'node:path';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { SluiceActivities } from '../activities/contract.ts';

export interface ReleaseWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  activities: SluiceActivities;
  stickyTimeoutMs: number;
}

/** How long activities may go on after SIGTERM; shards are cancelled then and taken up by another worker. */
const drainMs = 5_000;

/** A worker for releases: their workflows and all their activities. */
export function createReleaseWorker(options: ReleaseWorkerOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, activities, stickyTimeoutMs } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    workflowsPath: join(import.meta.dirname, '../workflows/index.ts'),
    stickyQueueScheduleToStartTimeout: stickyTimeoutMs,
    shutdownGraceTime: drainMs,
    shutdownForceTime: 2 * drainMs,
  });
}
