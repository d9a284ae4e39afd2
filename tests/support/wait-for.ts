import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 60 000: a machine may be busy, and only a wait in vain lasts that long. */
  readonly timeoutMs?: number;
  /** Default 20. */
  readonly intervalMs?: number;
  /** Completes the sentence "Waited 60000 ms for ...". */
  readonly what: string;
}

/**
 * Asks `condition` again and again until it answers something that is neither false, null nor undefined, and returns
 * that. What the condition throws counts as "not yet" and is named when the time is over.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 60_000, intervalMs = 20, what }: WaitOptions,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (isYes(answer)) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= deadline)
      throw new Error(`Waited ${timeoutMs} ms for ${what}.`, { cause: lastError });
    await delay(intervalMs);
  }
}

function isYes<T>(answer: T): answer is Exclude<T, false | null | undefined> {
  return answer !== false && answer !== null && answer !== undefined;
}
