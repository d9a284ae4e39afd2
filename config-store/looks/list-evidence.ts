import { query, type Db } from '../postgres/db.ts';
import type { EvidenceRow } from './counted.ts';

/** All looks of a release, in the order of their measurement. */
export function listEvidence(db: Db, { releaseId }: { readonly releaseId: string }): Promise<EvidenceRow[]> {
  return query<EvidenceRow>(
    db,
    `select release_id as "releaseId", stage, look, split_version as "splitVersion", counts, judgement,
       measured_at as "measuredAt"
     from evidence where release_id = $1 order by measured_at, split_version, look`,
    [releaseId],
  );
}
