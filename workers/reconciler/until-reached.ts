import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../../domain/errors.ts';

const firstWaitMs = 200;
const longestWaitMs = 5_000;

/** Tries again and again, saying what is away, until it is there. Throws when `signal` is aborted. */
export async function untilReached<T>(
  what: string,
  reach: () => Promise<T>,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<T> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    try {
      return await reach();
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`${what} cannot be reached (${messageOf(error)}); trying again in ${waitMs} ms`);
      await delay(waitMs, undefined, { signal });
    }
  }
}
