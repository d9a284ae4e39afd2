import { query, type Db } from '../postgres/db.ts';
import { eachSettledRow } from './settled-rows.ts';

/** What the canary of a release has shown of one counter, over all its looks. */
export interface ShownRates {
  readonly releaseId: string;
  readonly counter: string;
  readonly candidateUnits: number;
  readonly candidateBad: number;
  readonly stableUnits: number;
  readonly stableBad: number;
}

/** The sums of what looks have counted, settled at the long horizon. */
export function readShownRates(db: Db, releaseIds: readonly string[]): Promise<ShownRates[]> {
  return query<ShownRates>(
    db,
    `select release_id as "releaseId", counter,
       sum((row->>'candidateExposed')::bigint)::bigint as "candidateUnits",
       sum((row->>'candidateBad')::bigint)::bigint as "candidateBad",
       sum((row->>'stableExposed')::bigint)::bigint as "stableUnits",
       sum((row->>'stableBad')::bigint)::bigint as "stableBad"
     from evidence ${eachSettledRow}
     where release_id = any ($1)
     group by release_id, counter order by release_id, counter`,
    [releaseIds],
  );
}
