import type { Clock } from '../clock.ts';
import type { LeaveSignal } from '../answer/leave-signal.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';

/** What ends a chain from outside: its total timer, and its caller going away. */
export interface Deadline {
  /** Why it is over; undefined while it is not. */
  failure(): ProviderFailure | undefined;
  /** Calls back when it is over, whoever asked last and nobody else; at once where it is. */
  whenOver(cancel: (failed: ProviderFailure) => void): void;
  stop(): void;
}

export function startDeadline(clock: Clock, totalTimeoutMs: number, caller: LeaveSignal): Deadline {
  let over: ProviderFailure | undefined;
  let cancel = (_failed: ProviderFailure): void => undefined;
  const end = (failed: ProviderFailure): void => {
    if (over !== undefined) return;
    over = failed;
    cancel(failed);
  };
  const left = (): void => {
    end(failure('aborted', 'The caller went away.'));
  };
  const cancelTotal = clock.schedule(totalTimeoutMs, () => {
    const message = `The answer took longer than ${Math.ceil(totalTimeoutMs)} ms in all.`;
    end(failure('timeout', message, { code: totalTimeoutCode }));
  });
  if (caller.aborted) left();
  else caller.addEventListener('abort', left);
  return {
    failure: () => over,
    whenOver(callBack) {
      cancel = callBack;
      if (over !== undefined) callBack(over);
    },
    stop() {
      cancelTotal();
      caller.removeEventListener('abort', left);
    },
  };
}

/** The time that an app gives a request is over: it says nothing of whom it was waiting for. */
export const totalTimeoutCode = 'total_timeout';
