import type { Clock } from '../clock.ts';
import type { TimeoutsMs } from '../../protocols/target.ts';
import { failure } from '../../protocols/failure.ts';
import { FailureError } from './failure-error.ts';

/** The timers of one call. What runs out aborts the call with a `FailureError` that names the timer. */
export interface CallTimers {
  readonly connected: () => void;
  /** The model is at work, content or not: from now on only silence counts. */
  lives(): void;
  /** Bytes are waited for. */
  waiting(): void;
  /** Bytes have come; while somebody else is slow to take them no timer runs. */
  arrived(): void;
  stop(): void;
}

export interface TimedCall {
  readonly timeouts: TimeoutsMs;
  /** An answer that comes whole has no first piece to wait for: a good one may be silent for minutes. */
  readonly streams: boolean;
  /** For the whole call, in milliseconds: so much is left of the total while others of the chain may be asked. */
  readonly limitMs: number | undefined;
}

export function startTimers(
  clock: Clock,
  { timeouts, streams, limitMs }: TimedCall,
  abort: AbortController,
): CallTimers {
  const start = (name: string, ms: number): (() => void) =>
    clock.schedule(ms, () => {
      const message = `The provider's ${name} took longer than ${ms} ms.`;
      const code = `${name.replace(' ', '_')}_timeout`;
      abort.abort(new FailureError(failure('timeout', message, { code })));
    });
  const stopConnect = start('connect', timeouts.connect);
  const stopFirst = streams ? start('first content', timeouts.firstContent) : undefined;
  const wholeMs = Math.min(timeouts.total ?? Infinity, limitMs ?? Infinity);
  const stopWhole = wholeMs === Infinity ? undefined : start('whole answer', wholeMs);
  let stopIdle: (() => void) | undefined;
  const state = { lives: false };
  const arrived = (): void => {
    stopIdle?.();
    stopIdle = undefined;
    // Of an answer that comes whole, the first bytes are it.
    state.lives ||= !streams;
  };
  return {
    connected: stopConnect,
    lives() {
      state.lives = true;
      stopFirst?.();
    },
    waiting() {
      // Before the first sign of life its own timer runs: a model may think in silence.
      if (state.lives) stopIdle = start('idle', timeouts.idle);
    },
    arrived,
    stop() {
      stopConnect();
      stopFirst?.();
      stopWhole?.();
      stopIdle?.();
    },
  };
}
