import { throwLater } from '../program/throw-later.ts';
import type { Clock } from './clock.ts';

export interface Repeated {
  /** Does it now, or once more after the one that is under way. */
  readonly soon: () => void;
  readonly stop: () => void;
}

/**
 * Does something again and again, `intervalMs` after it was last done, one at a time. What it throws goes to
 * `onFailure` and changes nothing.
 */
export function keepDoing(
  act: () => Promise<void>,
  {
    clock,
    intervalMs,
    onFailure,
  }: { readonly clock: Clock; readonly intervalMs: number; readonly onFailure: (error: unknown) => void },
): Repeated {
  const state = { running: false, again: false, stopped: false };
  let cancel: () => void = () => undefined;
  const goesOn = (): boolean => state.again && !state.stopped;
  const attempt = async (): Promise<void> => {
    try {
      await act();
    } catch (error) {
      report(error, onFailure);
    }
  };
  const run = async (): Promise<void> => {
    state.running = true;
    cancel();
    do {
      state.again = false;
      await attempt();
    } while (goesOn());
    state.running = false;
    if (!state.stopped) schedule();
  };
  const soon = (): void => {
    if (state.running) state.again = true;
    else if (!state.stopped) void run();
  };
  const schedule = (): void => {
    cancel = clock.schedule(intervalMs, soon);
  };
  schedule();
  return {
    soon,
    stop() {
      state.stopped = true;
      cancel();
    },
  };
}

/** What is done again and again must not end because telling of a failure failed. */
function report(failed: unknown, onFailure: (error: unknown) => void): void {
  try {
    onFailure(failed);
  } catch (error) {
    throwLater(error);
  }
}
