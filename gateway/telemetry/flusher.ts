import type { ArmCounterRow, Charge, Seen } from '../../config-store/gateway-view/types.ts';
import { keepDoing } from '../keep-doing.ts';
import type { Clock } from '../clock.ts';
import type { ChargedSubjects } from './charged-subjects.ts';
import type { Counters } from './counters.ts';
import type { SeenSubjects } from './seen-subjects.ts';

const intervalMs = 500;

/** What one flush writes: cumulative, so that writing it twice counts once. */
export interface Flush {
  /** Grows by one with every attempt of this process. */
  readonly sequence: number;
  readonly counters: ArmCounterRow[];
  readonly charges: Charge[];
  readonly seen: Seen[];
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
  /** Writes what is there now, after a write that is under way. Throws where it cannot be written. */
  flush(): Promise<void>;
  readonly stop: () => void;
}

/** Writes counts twice a second; what could not be written stays for the next time (invariant 21). */
export function createFlusher({ clock, counters, charged, seen, write, onFailure }: FlusherParts): Flusher {
  let sequence = 0;
  let underWay: Promise<void> = Promise.resolve();
  const writeOnce = async (): Promise<void> => {
    counters.forgetSuperseded();
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
  const flush = (): Promise<void> => {
    const next = underWay.then(writeOnce);
    underWay = next.catch(() => undefined);
    return next;
  };
  return { flush, stop: keepDoing(flush, { clock, intervalMs, onFailure }).stop };
}
