import type { Server } from 'node:http';
import { keepDoing } from './keep-doing.ts';
import type { Clock } from './clock.ts';

/** How long answers that are on may take to end: longer than a revision's total timer by default. In milliseconds. */
export const drainLimitMs = 660_000;

/** Stops accepting and waits for the answers that are on, at most eleven minutes; idle connections are closed at once. */
export async function drain(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  const sweep = keepDoing(
    () => {
      server.closeIdleConnections();
      return Promise.resolve();
    },
    { clock, intervalMs: 50, onFailure: () => undefined },
  );
  const cancelLimit = clock.schedule(drainLimitMs, () => {
    server.closeAllConnections();
  });
  await closed;
  cancelLimit();
  sweep.stop();
}
