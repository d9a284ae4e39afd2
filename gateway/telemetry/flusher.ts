import type {
  ArmCounterRow,
  Charge,
  FlushedObservation,
  SeenSubject,
  StepUnit,
} from '../../config-store/gateway-view/types.ts';
import { keepDoing } from '../keep-doing.ts';
import type { Clock } from '../clock.ts';
import type { ChargedSubjects } from './charged-subjects.ts';
import type { Counters } from './counters.ts';
import type { Observations } from './observations.ts';
import { createQueueWatch, type QueueState } from '../queues/queue-watch.ts';
import type { SeenSubjects } from './seen-subjects.ts';
import { writeAround } from '../queues/write-around.ts';

const intervalMs = 500;

/** What one flush writes: cumulative, so that writing it twice counts once. */
export interface Flush {
  /** Grows by one with every attempt of this process. */
  readonly sequence: number;
  readonly counters: ArmCounterRow[];
  readonly charges: (Charge | StepUnit)[];
  readonly seen: SeenSubject[];
  readonly observations: FlushedObservation[];
}

export interface FlusherParts {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly charged: ChargedSubjects;
  readonly seen: SeenSubjects;
  readonly observations: Observations;
  readonly write: (flush: Flush) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  /** A row that the database refuses for what is in it: it is not counted. */
  readonly onPoison: (kind: FlushedRow['kind'], error: unknown) => void;
}

export interface Flusher {
  /** Writes what is there now, after a write that is under way. Throws where it cannot be written. */
  flush(): Promise<void>;
  state(): QueueState;
  readonly stop: () => void;
}

type FlushedRow =
  | { readonly kind: 'counter'; readonly row: ArmCounterRow }
  | { readonly kind: 'charge'; readonly row: Charge | StepUnit }
  | { readonly kind: 'seen'; readonly row: SeenSubject }
  | { readonly kind: 'observation'; readonly row: FlushedObservation };

type Flushed = Omit<Flush, 'sequence'>;

/** Writes counts twice a second; what could not be written stays for the next time (invariant 21). */
export function createFlusher(parts: FlusherParts): Flusher {
  const { clock, counters, charged, seen, observations, onFailure } = parts;
  const watch = createQueueWatch(clock);
  let sequence = 0;
  let waiting = 0;
  let underWay: Promise<void> = Promise.resolve();
  const putBack = (rows: readonly FlushedRow[]): void => {
    const flush = byKind(rows);
    counters.putBack(flush.counters);
    charged.putBack(flush.charges);
    seen.putBack(flush.seen);
    observations.putBack(flush.observations);
  };
  const writeOnce = async (): Promise<void> => {
    counters.forgetSuperseded();
    const rows = rowsOf({
      counters: counters.takeChanged(),
      charges: charged.takePending(),
      seen: seen.takePending(),
      observations: observations.takePending(),
    });
    if (rows.length === 0) return;
    sequence += 1;
    watch.waits();
    const unwritten = await writeAround(rows, {
      write: (some) => parts.write({ sequence, ...byKind(some) }),
      onPoison: ({ kind }, error) => {
        watch.dropped();
        parts.onPoison(kind, error);
      },
    });
    waiting = unwritten?.rows.length ?? 0;
    if (unwritten === undefined) {
      watch.moved();
      return;
    }
    putBack(unwritten.rows);
    throw unwritten.error;
  };
  const flush = (): Promise<void> => {
    const next = underWay.then(writeOnce);
    underWay = next.catch(() => undefined);
    return next;
  };
  return {
    flush,
    state() {
      const state = watch.state(waiting);
      return { ...state, dropped: state.dropped + charged.dropped() + observations.dropped() };
    },
    stop: keepDoing(flush, { clock, intervalMs, onFailure }).stop,
  };
}

function rowsOf({ counters, charges, seen, observations }: Flushed): FlushedRow[] {
  return [
    ...counters.map((row) => ({ kind: 'counter', row }) as const),
    ...charges.map((row) => ({ kind: 'charge', row }) as const),
    ...seen.map((row) => ({ kind: 'seen', row }) as const),
    ...observations.map((row) => ({ kind: 'observation', row }) as const),
  ];
}

function byKind(rows: readonly FlushedRow[]): Flushed {
  return {
    counters: rows.flatMap(({ kind, row }) => (kind === 'counter' ? [row] : [])),
    charges: rows.flatMap(({ kind, row }) => (kind === 'charge' ? [row] : [])),
    seen: rows.flatMap(({ kind, row }) => (kind === 'seen' ? [row] : [])),
    observations: rows.flatMap(({ kind, row }) => (kind === 'observation' ? [row] : [])),
  };
}
