import { query, type Db } from '../../postgres/db.ts';

/** Notes the workflow run that a release belongs to; the first one stays. */
export async function setFirstRunId(
  db: Db,
  { releaseId, runId }: { readonly releaseId: string; readonly runId: string },
): Promise<void> {
  await query(db, 'update release set first_run_id = $2 where id = $1 and first_run_id is null', [
    releaseId,
    runId,
  ]);
}
