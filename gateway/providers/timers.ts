import type { Clock } from '../clock.ts';
import type { TimeoutsMs } from '../../protocols/target.ts';
import { failure } from '../../protocols/failures/failure.ts';
import { FailureError } from './failure-error.ts';

/** The timers of one call. What runs out aborts the call with a `FailureError` that names the timer. */
export interface CallTimers {
  readonly connected: () => void;
  /** The model is at work, content or not: from now on only silence counts, and the limit. */
  lives(): void;
  /** There is content: a stream is the caller's from now on, and has no limit any more. */
  hasContent(): void;
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
  /**
   * In milliseconds, so much is left of the total while others of the chain may be asked: for the whole call or, of a
   * stream, until its first content, whatever signs of life there are before it.
   */
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
  const stopWhole = timeouts.total === undefined ? undefined : start('whole answer', timeouts.total);
  const stopLimit =
    limitMs === undefined ? undefined : start(streams ? 'first content' : 'whole answer', limitMs);
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
    hasContent() {
      if (streams) stopLimit?.();
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
      stopLimit?.();
      stopIdle?.();
    },
  };
}
