import type { Clock } from '../seam.ts';
import type { Charge, ChargedSubjects } from './charged-subjects.ts';
import type { CounterRow, Counters } from './counters.ts';
import type { SeenSubject, SeenSubjects } from './seen-subjects.ts';

const intervalMs = 500;

/** What one flush writes: cumulative, so that writing it twice counts once. */
export interface Flush {
  /** Grows by one with every attempt of this process. */
  readonly sequence: number;
  readonly counters: CounterRow[];
  readonly charges: Charge[];
  readonly seen: SeenSubject[];
}

export interface FlusherParts {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly charged: ChargedSubjects;
  readonly seen: SeenSubjects;
  readonly write: (flush: Flush) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

export interface Flusher {
  start(): void;
  /** Writes what is there now, after a write that is under way. Throws where it cannot be written. */
  flush(): Promise<void>;
  stop(): void;
}

/** Writes counts twice a second; what could not be written stays for the next time (invariant 21). */
export function createFlusher({ clock, counters, charged, seen, write, onFailure }: FlusherParts): Flusher {
  let sequence = 0;
  let underWay: Promise<void> = Promise.resolve();
  let cancel: (() => void) | undefined;
  const writeOnce = async (): Promise<void> => {
    const flush = {
      counters: counters.takeChanged(),
      charges: charged.takePending(),
      seen: seen.takePending(),
    };
    if (flush.counters.length + flush.charges.length + flush.seen.length === 0) return;
    sequence += 1;
    try {
      await write({ sequence, ...flush });
    } catch (error) {
      counters.putBack(flush.counters);
      charged.putBack(flush.charges);
      seen.putBack(flush.seen);
      throw error;
    }
  };
  const flusher: Flusher = {
    start() {
      cancel = clock.schedule(intervalMs, () => {
        void flusher
          .flush()
          .catch(onFailure)
          .then(() => {
            if (cancel !== undefined) flusher.start();
          });
      });
    },
    flush() {
      const next = underWay.then(writeOnce);
      underWay = next.catch(() => undefined);
      return next;
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
  return flusher;
}
