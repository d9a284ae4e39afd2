import { longestTimerMs } from '../domain/duration.ts';

/** Time as the gateway sees it: tests hold it. */
export interface Clock {
  /** Monotonic, in milliseconds, from an arbitrary origin. */
  nowMs(): number;
  /** Milliseconds since 1970, for dates that others wrote. */
  epochMs(): number;
  /** Calls back once after `delayMs`; returns what cancels that. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** The machine's own time. Timers do not keep the process alive: what they guard does. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  schedule(delayMs, callback) {
    // One that is asked for more than it can would call back at once.
    const timer = setTimeout(callback, Math.min(delayMs, longestTimerMs));
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
