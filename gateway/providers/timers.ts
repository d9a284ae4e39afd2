import type { Clock } from '../clock.ts';
import type { TimeoutsMs } from '../../protocols/target.ts';
import { failure } from '../../protocols/failure.ts';
import { FailureError } from './failure-error.ts';

/** The timers of one call. What runs out aborts the call with a `FailureError` that names the timer. */
export interface CallTimers {
  readonly connected: () => void;
  /** The first content has come: from now on only silence counts. */
  contentCame(): void;
  /** Bytes are waited for. */
  waiting(): void;
  /** Bytes have come; while somebody else is slow to take them no timer runs. */
  arrived(): void;
  stop(): void;
}

export function startTimers(clock: Clock, timeouts: TimeoutsMs, abort: AbortController): CallTimers {
  const runOut = (name: string, ms: number) => () => {
    const message = `The provider's ${name} took longer than ${ms} ms.`;
    abort.abort(new FailureError(failure('timeout', message, { code: `${name.replace(' ', '_')}_timeout` })));
  };
  const stopConnect = clock.schedule(timeouts.connect, runOut('connect', timeouts.connect));
  const stopFirst = clock.schedule(timeouts.firstContent, runOut('first content', timeouts.firstContent));
  let stopIdle: (() => void) | undefined;
  let hasContent = false;
  const arrived = (): void => {
    stopIdle?.();
    stopIdle = undefined;
  };
  return {
    connected: stopConnect,
    contentCame() {
      hasContent = true;
      stopFirst();
    },
    waiting() {
      // Before the first content its own timer runs: a model may think in silence.
      if (hasContent) stopIdle = clock.schedule(timeouts.idle, runOut('idle', timeouts.idle));
    },
    arrived,
    stop() {
      stopConnect();
      stopFirst();
      arrived();
    },
  };
}
