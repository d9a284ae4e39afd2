import { errors } from '../../domain/guardrail/errors.ts';
import type { ReleaseState } from '../../domain/release/release.ts';
import { queryOne, type Db } from '../postgres/db.ts';

/** What says, between two looks, that the next one is due before its time. */
export interface LookDue {
  readonly splitVersion: number;
  readonly state: ReleaseState;
  /** 0 where nobody has decided anything yet. */
  readonly newestCommandId: number;
  /** Requests of the candidate that have settled under the version, over all gateways; never how they ended. */
  readonly exposed: number;
}

/** One cheap statement, asked every second while a step is watched. */
export function readLookDue(
  db: Db,
  { releaseId, splitVersion }: { readonly releaseId: string; readonly splitVersion: number },
): Promise<LookDue> {
  return queryOne<LookDue>(
    db,
    `select coalesce(split.version, 0) as "splitVersion", release.state,
       (select coalesce(max(id), 0) from command where release_id = release.id) as "newestCommandId",
       (select coalesce(sum((counts #>> array['guardrails', $3, 'short', 'exposed'])::bigint), 0)::bigint from arm_counter
         where app = release.app and environment = release.environment and split_version = $2
           and arm = 'candidate') as exposed
     from release left join split using (app, environment) where release.id = $1`,
    [releaseId, splitVersion, errors.name],
  );
}
