import { query, type Db } from '../postgres/db.ts';

export interface KnownArm {
  readonly count: number;
  readonly mean: number;
  readonly standardError: number;
}

/** What the canary of a release has shown of a mean, with its newest look. */
export interface ShownMeans {
  readonly releaseId: string;
  readonly guardrail: string;
  readonly candidate: KnownArm;
  readonly stable: KnownArm;
}

/** Those of which both arms have answers enough for a standard error. */
export function readShownMeans(db: Db, releaseIds: readonly string[]): Promise<ShownMeans[]> {
  return query<ShownMeans>(
    db,
    `select distinct on (release_id, guardrail) release_id as "releaseId", guardrail,
       result->'candidate' as candidate, result->'stable' as stable
     from evidence cross join lateral jsonb_each(counts->'means') as means (guardrail, result)
     where release_id = any ($1) and result #>> '{candidate,standardError}' is not null
       and result #>> '{stable,standardError}' is not null
     order by release_id, guardrail, measured_at desc`,
    [releaseIds],
  );
}
