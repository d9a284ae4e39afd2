import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 2_000;

/** For who asks again and again: each call waits until it is time to. False where the time for all of it is over. */
export function createPace(timeoutMs: number): () => Promise<boolean> {
  const endMs = performance.now() + timeoutMs;
  return async () => {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return false;
    await delay(Math.min(everyMs, Math.max(1, leftMs)));
    return true;
  };
}
