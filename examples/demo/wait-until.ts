import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until a condition gives a value, and returns it with the time it took. Gives up after the time, returning
 * no value: whoever waited says what that means.
 */
export async function waitUntil<T>(
  condition: () => Promise<T | undefined> | T | undefined,
  timeoutMs: number,
  everyMs = 50,
): Promise<{ readonly value: T | undefined; readonly tookMs: number }> {
  const startedAt = performance.now();
  for (;;) {
    const value = await condition();
    const tookMs = performance.now() - startedAt;
    if (value !== undefined || tookMs > timeoutMs) return { value, tookMs };
    await delay(everyMs);
  }
}
