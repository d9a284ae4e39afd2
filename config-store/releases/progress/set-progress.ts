import type { JsonObject } from '../../../domain/json.ts';
import { json, query, type Db } from '../../postgres/db.ts';

/** Notes the stage of an open release and what its newest look saw, and tells those who watch. */
export async function setProgress(
  db: Db,
  {
    releaseId,
    stage,
    progress,
  }: { readonly releaseId: string; readonly stage: string; readonly progress: JsonObject },
): Promise<void> {
  await query(
    db,
    `with changed as (
       update release set stage = $2, progress = $3, updated_at = now(), waiting_for = null, waiting_since = null,
         waiting_until = null
       where id = $1 and closed_at is null returning id)
     select pg_notify('sluice_release', id) from changed`,
    [releaseId, stage, json(progress)],
  );
}
