import { mayFollow, openStates, type OpenState, type ReleaseState } from '../../../domain/release/release.ts';
import { queryOne, type Db } from '../../postgres/db.ts';
import { requireRelease } from '../require-release.ts';

export interface StateChange {
  releaseId: string;
  /** Rolling back begins with `rollback`, ends with `closeRelease`; a release starts with `openRelease`. */
  to: Extract<OpenState, 'progressing' | 'paused'>;
  reason?: string | undefined;
  stage?: string | undefined;
  /** `system:release` where nothing is said: the workflow itself. */
  actor?: string | undefined;
}

/**
 * Moves an open release along the graph of states (invariant 4). Where the graph does not lead there nothing changes
 * and `state` says where the release is.
 */
export async function setReleaseState(
  db: Db,
  { releaseId, to, reason, stage, actor = 'system:release' }: StateChange,
): Promise<{ changed: boolean; state: ReleaseState }> {
  const from = openStates.filter((state) => state !== 'starting' && state !== to && mayFollow(state, to));
  const { changed } = await queryOne<{ changed: boolean }>(
    db,
    `with changed as (
       update release set state = $2, reason = $3, stage = coalesce($4, stage), updated_at = now()
       where id = $1 and state = any ($5) returning id, app, environment, stage, reason),
     audited as (
       insert into audit_entry (actor, action, app, environment, release_id, details)
       select $6, 'release.' || $2, app, environment, id,
         jsonb_strip_nulls(jsonb_build_object('stage', stage, 'reason', reason)) from changed),
     told as (select pg_notify('sluice_release', id) from changed)
     select exists (select from changed) as changed, (select count(*) from told)`,
    [releaseId, to, reason, stage, from, actor],
  );
  return { changed, state: changed ? to : (await requireRelease(db, releaseId)).state };
}
