import type { JsonObject } from '../../../domain/json.ts';
import { storable } from '../../../domain/text/storable.ts';
import { json, query, type Db } from '../../postgres/db.ts';
import type { StageOutcome } from '../release-row.ts';

export interface StageToRecord {
  readonly releaseId: string;
  readonly stage: string;
  readonly outcome: StageOutcome;
  /** What a person reads about it; never content. */
  readonly summary: string;
  /** Who went on over what the stage had shown, and on what evidence: with the outcome `override`. */
  readonly override?: (JsonObject & { readonly actor: string }) | undefined;
  readonly evidenceDigest?: string | undefined;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** Records how a stage ended, an override with its audit entry; once more with the same is the same. */
export async function recordStage(db: Db, stage: StageToRecord): Promise<void> {
  await query(
    db,
    `with recorded as (
       insert into stage_result (release_id, stage, outcome, summary, details, evidence_digest, started_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (release_id, stage) do update set outcome = excluded.outcome, summary = excluded.summary,
         details = excluded.details, evidence_digest = excluded.evidence_digest, ended_at = now()
       returning release_id, (xmax = 0) as is_new),
     audited as (
       insert into audit_entry (actor, action, app, environment, release_id, details)
       select $8, 'stage.overridden', app, environment, id, $5::jsonb || jsonb_build_object('stage', $2::text)
       from recorded join release on id = release_id where $8::text is not null and is_new)
     select pg_notify('sluice_release', release_id) from recorded`,
    [
      stage.releaseId,
      stage.stage,
      stage.outcome,
      stage.summary,
      json(storable(stage.override === undefined ? {} : { override: stage.override })),
      stage.evidenceDigest,
      stage.startedAt,
      stage.override?.actor,
    ],
  );
}
