import { proxyActivities, workflowInfo, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { CommandActivities, ReleaseActivities } from '../activities/release/contract.ts';
import type { GuardActivities } from '../activities/guard/contract.ts';
import type { LookActivities } from '../activities/looks/contract.ts';
import type { MeasuringActivities } from '../activities/evaluation/contract.ts';
import type { SplitActivities } from '../activities/split/contract.ts';
import type { StableWatchActivities } from '../activities/stable-watch/contract.ts';
import { evaluationQueue } from '../domain/evaluation/evaluation-queue.ts';

// Activities reach the database in milliseconds. One that got lost with its worker is given up soon, so that a
// release goes on seconds after a crash.
const shortMs = 10_000;

/** Reads and writes that must happen: repeated until the database answers. */
export const store = proxyActivities<
  ReleaseActivities & CommandActivities & SplitActivities & GuardActivities
>({
  startToCloseTimeout: shortMs,
  retry: { initialInterval: 500, backoffCoefficient: 1.5, maximumInterval: 10_000 },
});

/** Polls by its own retries, which cost no events. */
export const acks = proxyActivities<Pick<SplitActivities, 'awaitAcks'>>({
  startToCloseTimeout: shortMs,
  retry: { initialInterval: 200, backoffCoefficient: 1.2, maximumInterval: 1_000 },
});

/** For releases that began when one still waited, for a while, until every gateway had heard of a withdrawal. */
export const withdrawal = proxyActivities<Pick<SplitActivities, 'awaitWithdrawn'>>({
  startToCloseTimeout: shortMs,
  scheduleToCloseTimeout: '15m',
  retry: { initialInterval: 200, backoffCoefficient: 1.5, maximumInterval: 2_000 },
});

/** Not repeated: the loop that looks decides what a failed measurement means. */
export const looks = proxyActivities<LookActivities>({
  startToCloseTimeout: 5_000,
  retry: { maximumAttempts: 1 },
});

/** A batch of looks heartbeats twice a second, and hears then of what has changed; what it has seen is its result. */
export const batches = proxyActivities<Pick<LookActivities, 'takeLooks'>>({
  startToCloseTimeout: '6m',
  heartbeatTimeout: shortMs,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { maximumAttempts: 1 },
});

/** At ten seconds between them, an outage of about ten minutes: then what cannot be measured has to be decided by people. */
const measuringAttempts = 60;

type Measuring = ActivityInterfaceFor<MeasuringActivities>;

/**
 * What runs on the queue of evaluations beside that of the workflow itself. Made anew in each workflow, because only a
 * workflow knows its queue; which queue an activity was given is nothing that a replay looks at.
 */
export function measuring(): { readonly gates: Measuring; readonly shards: Measuring } {
  const taskQueue = evaluationQueue(workflowInfo().taskQueue);
  return {
    // Planning and deciding read suites and many rows.
    gates: proxyActivities<MeasuringActivities>({
      taskQueue,
      startToCloseTimeout: '2m',
      retry: {
        initialInterval: 500,
        backoffCoefficient: 2,
        maximumInterval: 10_000,
        maximumAttempts: measuringAttempts,
      },
    }),
    // Shards call models: they heartbeat, and what a crash interrupted is taken up by another worker.
    shards: proxyActivities<MeasuringActivities>({
      taskQueue,
      startToCloseTimeout: '30m',
      heartbeatTimeout: 10_000,
      cancellationType: 'TRY_CANCEL',
      retry: {
        initialInterval: 1_000,
        backoffCoefficient: 2,
        maximumInterval: 10_000,
        maximumAttempts: measuringAttempts,
      },
    }),
  };
}

/** A run of the stable watch that nobody takes up gives its place to the next one. */
const watchingForMs = 20 * 60_000;

/** What a stable watch runs, on the queue of evaluations. */
export function watching(): {
  readonly rows: ActivityInterfaceFor<StableWatchActivities>;
  readonly asking: ActivityInterfaceFor<StableWatchActivities>;
} {
  const taskQueue = evaluationQueue(workflowInfo().taskQueue);
  const retry = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 10_000 };
  return {
    rows: proxyActivities<StableWatchActivities>({
      taskQueue,
      startToCloseTimeout: shortMs,
      scheduleToCloseTimeout: watchingForMs,
      retry,
    }),
    asking: proxyActivities<StableWatchActivities>({
      taskQueue,
      startToCloseTimeout: watchingForMs,
      scheduleToCloseTimeout: watchingForMs,
      heartbeatTimeout: 10_000,
      cancellationType: 'TRY_CANCEL',
      retry: { ...retry, maximumAttempts: 5 },
    }),
  };
}
