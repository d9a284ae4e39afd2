import type { Clock } from '../clock.ts';

/** A lease as one poll told it. */
export interface PolledLease {
  readonly releaseId: string;
  /** Since its last renewal, by the database's clock, when it was read. */
  readonly ageMs: number;
  readonly ttlMs: number;
}

/** A candidate's lease, counted on by this machine's monotonic clock from before the poll was sent. */
export interface Lease {
  readonly releaseId: string;
  readonly ttlMs: number;
  ageMs(): number;
}

/** The poll's own duration counts as age: so a slow answer makes a lease older, never younger. */
export function leaseOf(polled: PolledLease, pollSentMs: number, clock: Pick<Clock, 'nowMs'>): Lease {
  return {
    releaseId: polled.releaseId,
    ttlMs: polled.ttlMs,
    ageMs: () => polled.ageMs + (clock.nowMs() - pollSentMs),
  };
}

/** May a candidate of this release be served (invariants 19 and 23)? A lease of another release says nothing of it. */
export function isFresh(lease: Lease | undefined, releaseId: string | undefined): boolean {
  return lease !== undefined && lease.releaseId === releaseId && lease.ageMs() <= lease.ttlMs;
}
