import { query, type Db } from '../postgres/db.ts';
import type { EvidenceRow } from './counted.ts';

/** A look, with where it stands in the order of measurement. */
export interface PlacedEvidence extends EvidenceRow {
  /** When it was measured, to the microsecond: `measuredAt` has less. */
  readonly place: string;
}

interface After {
  readonly releaseId: string;
  /** Looks of this stage are left out. */
  readonly without: string;
  /** The look to go on from; undefined: from the first one on. */
  readonly after: PlacedEvidence | undefined;
  readonly limit: number;
}

/** The next looks of a release, in the order of their measurement. */
export function listEvidenceAfter(
  db: Db,
  { releaseId, without, after, limit }: After,
): Promise<PlacedEvidence[]> {
  return query<PlacedEvidence>(
    db,
    `select release_id as "releaseId", stage, look, split_version as "splitVersion", counts, judgement,
       measured_at as "measuredAt", measured_at::text as place
     from evidence where release_id = $1 and stage <> $2
       and ($3::timestamptz is null or (measured_at, split_version, look) > ($3::timestamptz, $4::bigint, $5::integer))
     order by measured_at, split_version, look limit $6`,
    [releaseId, without, after?.place, after?.splitVersion, after?.look, limit],
  );
}
