import { query, type Db } from '../postgres/db.ts';
import type { Charge } from '../looks/counted.ts';

export type StoredCharge = Charge & {
  /** ISO 8601, by the database's clock. */
  readonly at: string;
};

/**
 * The subjects charged in some releases by all gateways, oldest first. With `afterAt` those since then, and some before
 * it once more: a charge can become visible a few seconds after its time.
 */
export function readCharges(
  db: Db,
  { releaseIds, afterAt }: { readonly releaseIds: readonly string[]; readonly afterAt?: string | undefined },
): Promise<StoredCharge[]> {
  return query<StoredCharge>(
    db,
    `select release_id as "releaseId", guardrail, horizon, subject_hash::text as "subjectHash", arm,
       split_version as "splitVersion", at
     from gateway_charges($1, $2)`,
    [[...releaseIds], afterAt],
  );
}
