import type { Clock } from '../clock.ts';

/** A queue on its way to the database, for who has to see that it does not move. */
export interface QueueState {
  readonly rows: number;
  /** Since everything was written last, while something is waiting; in milliseconds. */
  readonly waitingMs: number;
  /** Rows that were never written, since the start: refused for what is in them, or there was no room. */
  readonly dropped: number;
}

export interface QueueWatch {
  /** Something waits now that did not before, or still does. */
  waits(): void;
  moved(): void;
  dropped(): void;
  state(rows: number): QueueState;
}

export function createQueueWatch(clock: Clock): QueueWatch {
  let sinceMs: number | undefined;
  let dropped = 0;
  return {
    waits() {
      sinceMs ??= clock.nowMs();
    },
    moved() {
      sinceMs = undefined;
    },
    dropped() {
      dropped += 1;
    },
    state: (rows) => ({
      rows,
      waitingMs: sinceMs === undefined ? 0 : Math.round(clock.nowMs() - sinceMs),
      dropped,
    }),
  };
}
