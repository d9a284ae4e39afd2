import type { JsonObject } from '../domain/json.ts';
import { json, query, type Db } from './db.ts';
import type { StageOutcome } from './types.ts';

export interface StageToRecord {
  releaseId: string;
  stage: string;
  outcome: StageOutcome;
  /** What a person reads about it; never content. */
  summary: string;
  details: JsonObject;
  evidenceDigest?: string | undefined;
  /** ISO 8601. */
  startedAt: string;
}

/** Records how a stage ended; once more with the same is the same. */
export async function recordStage(db: Db, stage: StageToRecord): Promise<void> {
  await query(
    db,
    `with recorded as (
       insert into stage_result (release_id, stage, outcome, summary, details, evidence_digest, started_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (release_id, stage) do update set outcome = excluded.outcome, summary = excluded.summary,
         details = excluded.details, evidence_digest = excluded.evidence_digest, ended_at = now()
       returning release_id)
     select pg_notify('sluice_release', release_id) from recorded`,
    [
      stage.releaseId,
      stage.stage,
      stage.outcome,
      stage.summary,
      json(stage.details),
      stage.evidenceDigest,
      stage.startedAt,
    ],
  );
}
