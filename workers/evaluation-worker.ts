import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { MeasuringActivities } from '../activities/evaluation/contract.ts';
import type { StableWatchActivities } from '../activities/stable-watch/contract.ts';
import { createActivityLog } from './activity-log.ts';

export interface EvaluationWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** That of evaluations. */
  readonly taskQueue: string;
  readonly activities: MeasuringActivities & Partial<StableWatchActivities>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Seals what goes through Temporal. */
  readonly dataConverter?: DataConverter;
}

/** Shards of all releases together: a release has four under way. What they ask of models at once has a limit of its own. */
const activitiesAtOnce = 100;

/** How long activities may go on after SIGTERM; shards are cancelled then and taken up by another worker. */
const drainMs = 5_000;

/** A worker for evaluations and mirror replays. It knows no workflow. */
export function createEvaluationWorker({ log, ...options }: EvaluationWorkerOptions): Promise<Worker> {
  return Worker.create({
    ...options,
    interceptors: { activity: [createActivityLog(log)] },
    maxConcurrentActivityTaskExecutions: activitiesAtOnce,
    shutdownGraceTime: drainMs,
    shutdownForceTime: 2 * drainMs,
  });
}
