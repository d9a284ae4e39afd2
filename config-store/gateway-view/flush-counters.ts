import { json, query, type Db } from '../postgres/db.ts';
import type { FlushedObservation } from '../observations/observation.ts';
import type { ArmCounterRow, Charge, SeenSubject, StepUnit } from '../looks/counted.ts';

export interface CounterFlush {
  readonly gatewayId: string;
  readonly bootId: string;
  readonly environment: string;
  /** Rises with every flush of this boot; a flush that comes again, or late, changes nothing. */
  readonly sequence: number;
  /** Cumulative since the boot. */
  readonly counters: readonly ArmCounterRow[];
  /** Who was charged, and the units that are one over all gateways. */
  readonly charges: readonly (Charge | StepUnit)[];
  readonly seen: readonly SeenSubject[];
  readonly observations?: readonly FlushedObservation[];
}

/**
 * Stores a gateway's counts, by one call, all or nothing; repeating one is harmless (invariant 21). Of the
 * charges of a subject the first one counts, whichever gateway sends it, and so of its units under a version. Rows go in by the order of their keys, so
 * that two gateways never wait for each other in a circle.
 */
export async function flushCounters(db: Db, flush: CounterFlush): Promise<void> {
  await query(db, 'select gateway_flush($1, $2, $3, $4, $5, $6, $7, $8)', [
    flush.gatewayId,
    flush.bootId,
    flush.environment,
    flush.sequence,
    json(flush.counters),
    json(flush.charges),
    json(flush.seen),
    json(flush.observations ?? []),
  ]);
}
