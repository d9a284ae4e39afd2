import { cancellationSignal, heartbeat } from '@temporalio/activity';

/** Well under the heartbeat time-out, because Temporal's SDK throttles; with each comes the news of a cancellation. */
const everyMs = 500;

/**
 * Heartbeats while the work is on, however long a single call takes; the work learns of a cancellation by the signal.
 * What it gives to `beat` goes along, for whoever takes up the work of a worker that died.
 */
export async function beatWhile<T>(
  work: (signal: AbortSignal, beat: (details: unknown) => void) => Promise<T>,
): Promise<T> {
  let newest: unknown;
  const beat = (details: unknown): void => {
    newest = details;
    heartbeat(details);
  };
  heartbeat();
  const timer = setInterval(() => {
    heartbeat(newest);
  }, everyMs);
  try {
    return await work(cancellationSignal(), beat);
  } finally {
    clearInterval(timer);
  }
}
