import { json, query, type Db } from '../postgres/db.ts';
import type { Observation } from '../observations/observation.ts';

export interface ObservationsToStore {
  readonly releaseId: string;
  /** The name in the release's plan. */
  readonly guardrail: string;
  readonly observations: readonly (Observation & {
    /** When the request was admitted: they are judged in this order. */
    readonly admittedAt: string;
  })[];
  /** Nothing that was admitted up to then will be added any more; what is, is not judged. */
  readonly admittedUpTo: string;
}

/**
 * Stores what was observed for a guardrail and how far the observer is, in one statement; repeating it changes nothing. Of a
 * subject and split version what was admitted first stays. Does nothing once the release, and its guard, have ended.
 */
export async function storeObservations(db: Db, stored: ObservationsToStore): Promise<void> {
  const { releaseId, guardrail, observations, admittedUpTo } = stored;
  await query(db, 'select store_observations($1, $2, $3, $4)', [
    ...[releaseId, guardrail, json(observations), admittedUpTo],
  ]);
}
