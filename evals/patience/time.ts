import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance as waiting needs them: tests hold both. */
export interface Time {
  /** Monotonic, in milliseconds. */
  nowMs(): number;
  /** Throws the signal's reason where it aborts. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** 0..1. */
  random(): number;
}

export const systemTime: Time = {
  nowMs: () => performance.now(),
  wait: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
  random: Math.random,
};
