import type { Clock } from '../clock.ts';
import type { TimeoutsMs } from '../../protocols/target.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';

/** The timers of one call. What runs out is told once, with a failure that names the timer. */
export interface CallTimers {
  readonly connected: () => void;
  /** The model is at work, content or not: from now on only silence counts, and the limit. */
  lives(): void;
  /** There is content: a stream is the caller's from now on, and has no limit any more. */
  hasContent(): void;
  /** Bytes are waited for, those before have been dealt with. */
  waiting(): void;
  /** Somebody else is slow: no bytes are waited for. */
  pausing(): void;
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
  onOver: (failed: ProviderFailure) => void,
): CallTimers {
  const over = (name: string, ms: number) => () => {
    const message = `The provider's ${name} took longer than ${ms} ms.`;
    onOver(failure('timeout', message, { code: `${name.replace(' ', '_')}_timeout` }));
  };
  const start = (name: string, ms: number | undefined): (() => void) | undefined =>
    ms === undefined ? undefined : clock.schedule(ms, over(name, ms));
  const stopConnect = clock.schedule(timeouts.connect, over('connect', timeouts.connect));
  const stopFirst = streams ? start('first content', timeouts.firstContent) : undefined;
  const stopWhole = start('whole answer', timeouts.total);
  const stopLimit = start(streams ? 'first content' : 'whole answer', limitMs);
  const idle = clock.timer(timeouts.idle, over('idle', timeouts.idle));
  let lives = false;
  return {
    connected: stopConnect,
    lives() {
      if (lives) return;
      lives = true;
      stopFirst?.();
    },
    hasContent() {
      if (streams) stopLimit?.();
    },
    waiting() {
      // Before the first sign of life its own timer runs: a model may think in silence.
      if (lives) idle.start();
    },
    pausing() {
      idle.stop();
    },
    stop() {
      stopConnect();
      stopFirst?.();
      stopWhole?.();
      stopLimit?.();
      idle.stop();
    },
  };
}
