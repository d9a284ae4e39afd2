import { longestTimerMs } from '../domain/duration.ts';
import { createWaiting } from './due-list.ts';

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
    const waiting = waitFor(delayMs, callback);
    waiting.start();
    return () => {
      waiting.stop();
    };
  },
  timer: waitFor,
};

/** One that is asked for more than Node's timers can would call back at once. */
function waitFor(delayMs: number, callback: () => void): Timer {
  return createWaiting(Math.min(delayMs, longestTimerMs), callback);
}
