import type { OpenState, ReleaseState } from '../../../domain/release/release.ts';
import { queryOne, type Db } from '../../postgres/db.ts';
import { requireRelease } from '../require-release.ts';

export interface StateChange {
  readonly releaseId: string;
  /** Rolling back begins with `rollback`, ends with `closeRelease`; a release starts with `openRelease`. */
  readonly to: Extract<OpenState, 'progressing' | 'paused'>;
  readonly reason?: string | undefined;
  /** `system:release` where nothing is said: the workflow itself. */
  readonly actor?: string | undefined;
}

/**
 * Moves an open release along the graph of states (invariant 4). Where the graph does not lead there nothing changes
 * and `state` says where the release is.
 */
export async function setReleaseState(
  db: Db,
  { releaseId, to, reason, actor = 'system:release' }: StateChange,
): Promise<{ readonly changed: boolean; readonly state: ReleaseState }> {
  const { changed } = await queryOne<{ readonly changed: boolean }>(
    db,
    'select set_release_state($1, $2, $3, $4) as changed',
    [releaseId, to, reason, actor],
  );
  return { changed, state: changed ? to : (await requireRelease(db, releaseId)).state };
}
