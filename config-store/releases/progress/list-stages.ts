import { query, type Db } from '../../postgres/db.ts';
import type { StageRow } from '../release-row.ts';

/** The stages of a release that have ended, in their order. */
export function listStages(db: Db, releaseId: string): Promise<StageRow[]> {
  return query<StageRow>(
    db,
    `select release_id as "releaseId", stage, outcome, summary, details, evidence_digest as "evidenceDigest",
       started_at as "startedAt", ended_at as "endedAt"
     from stage_result where release_id = $1 order by started_at, ended_at, stage`,
    [releaseId],
  );
}
