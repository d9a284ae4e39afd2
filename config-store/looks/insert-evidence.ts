import type { JsonValue } from '../../domain/json.ts';
import { json, queryOne, type Db } from '../postgres/db.ts';
import type { EvidenceRow } from './counted.ts';

export const evidenceColumns = `release_id as "releaseId", stage, look, split_version as "splitVersion", counts,
  judgement, measured_at as "measuredAt"`;

export interface EvidenceToInsert {
  releaseId: string;
  stage: string;
  /** 1, 2, ... within the stage. */
  look: number;
  splitVersion: number;
  counts: JsonValue;
  judgement: JsonValue;
}

/** Stores what a look saw and concluded. A look that is stored already stays as it is, and is what this returns. */
export async function insertEvidence(db: Db, evidence: EvidenceToInsert): Promise<EvidenceRow> {
  const key = [evidence.releaseId, evidence.stage, evidence.look];
  await queryOne(
    db,
    `with inserted as (
       insert into evidence (release_id, stage, look, split_version, counts, judgement)
       values ($1, $2, $3, $4, $5, $6) on conflict (release_id, stage, look) do nothing returning release_id)
     select count(pg_notify('sluice_release', release_id)) from inserted`,
    [...key, evidence.splitVersion, json(evidence.counts), json(evidence.judgement)],
  );
  return queryOne<EvidenceRow>(
    db,
    `select ${evidenceColumns} from evidence where release_id = $1 and stage = $2 and look = $3`,
    key,
  );
}
