import type { Clock } from '../clock.ts';

export interface KeepAlive {
  /** Something was written: silence begins anew. */
  restart(): void;
  stop(): void;
}

/** Calls `beat` after every `silenceMs` without a restart. */
export function keepAlive(clock: Clock, silenceMs: number, beat: () => void): KeepAlive {
  let cancel = schedule();

  function schedule(): () => void {
    return clock.schedule(silenceMs, () => {
      beat();
      cancel = schedule();
    });
  }

  return {
    restart() {
      cancel();
      cancel = schedule();
    },
    stop() {
      cancel();
    },
  };
}
