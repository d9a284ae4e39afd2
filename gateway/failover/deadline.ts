import type { Clock } from '../clock.ts';
import { FailureError } from '../providers/failure-error.ts';
import { failure } from '../../protocols/failures/failure.ts';

export interface Deadline {
  /** Aborted with a `FailureError` when the time is over or the caller went away. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** What ends a chain from outside: its total timer, and its caller going away. */
export function startDeadline(clock: Clock, totalTimeoutMs: number, caller: AbortSignal): Deadline {
  const abort = new AbortController();
  const left = (): void => {
    abort.abort(new FailureError(failure('aborted', 'The caller went away.')));
  };
  const cancel = clock.schedule(totalTimeoutMs, () => {
    const message = `The answer took longer than ${Math.ceil(totalTimeoutMs)} ms in all.`;
    abort.abort(new FailureError(failure('timeout', message, { code: 'total_timeout' })));
  });
  if (caller.aborted) left();
  caller.addEventListener('abort', left);
  return {
    signal: abort.signal,
    stop() {
      cancel();
      caller.removeEventListener('abort', left);
    },
  };
}
