import { longestTimerMs } from '../domain/duration.ts';

/** Time as the gateway sees it: tests hold it. */
export interface Clock {
  /** Monotonic, in milliseconds, from an arbitrary origin. */
  nowMs(): number;
  /** Milliseconds since 1970, for dates that others wrote. */
  epochMs(): number;
  /** Calls back once after `delayMs`; returns what cancels that. */
  schedule(delayMs: number, callback: () => void): () => void;
  /** A timer that is started again and again: of silence between pieces of an answer. It stands still at first. */
  timer(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  /** From now on, whatever has passed before. */
  start(): void;
  stop(): void;
}

/** A timer on a clock that has none of its own. */
export function timerOn(clock: Pick<Clock, 'schedule'>, delayMs: number, callback: () => void): Timer {
  let cancel = (): void => undefined;
  return {
    start() {
      cancel();
      cancel = clock.schedule(delayMs, callback);
    },
    stop() {
      cancel();
    },
  };
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
  timer(delayMs, callback) {
    let timer: NodeJS.Timeout | undefined;
    return {
      // Restarting one costs a tenth of making it anew.
      start() {
        timer = timer?.refresh() ?? setTimeout(callback, Math.min(delayMs, longestTimerMs)).unref();
      },
      stop() {
        clearTimeout(timer);
        timer = undefined;
      },
    };
  },
};
