import { cancellationSignal, heartbeat } from '@temporalio/activity';

/** Well under the heartbeat time-out, because Temporal's SDK throttles. */
const everyMs = 2_000;

/** Heartbeats while the work is on, however long a single call takes; the work learns of a cancellation by the signal. */
export async function beatWhile<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  heartbeat();
  const timer = setInterval(() => {
    heartbeat();
  }, everyMs);
  try {
    return await work(cancellationSignal());
  } finally {
    clearInterval(timer);
  }
}
