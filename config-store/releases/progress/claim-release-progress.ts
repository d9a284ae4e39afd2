import { SluiceError } from '../../../domain/errors.ts';
import { parseProgress } from '../../../domain/release/stored-progress.ts';
import type { Progress } from '../../../domain/release/progress.ts';
import type { JsonValue } from '../../../domain/json.ts';
import { query, type Db } from '../../postgres/db.ts';

/**
 * Makes a release's state the present run's, and returns it; undefined where none is kept yet. Only the run that has
 * it, or the one that continues it, gets it. Throws `conflict` for any other.
 */
export async function claimReleaseProgress(
  db: Db,
  {
    releaseId,
    runId,
    continuedRunId,
  }: { readonly releaseId: string; readonly runId: string; readonly continuedRunId?: string | undefined },
): Promise<Progress | undefined> {
  const [claimed] = await query<{ readonly state: JsonValue }>(
    db,
    `update release_progress set run_id = $2, updated_at = now()
     where release_id = $1 and run_id in ($2, $3) returning state`,
    [releaseId, runId, continuedRunId],
  );
  if (claimed !== undefined) return parseProgress(claimed.state);
  const [kept] = await query<{ readonly runId: string }>(
    db,
    'select run_id as "runId" from release_progress where release_id = $1',
    [releaseId],
  );
  if (kept === undefined) return undefined;
  throw new SluiceError('conflict', `Release ${releaseId} is the work of the run ${kept.runId}.`, {
    remedy: 'Start a new release.',
  });
}
