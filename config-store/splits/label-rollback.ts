import type { Db } from '../postgres/db.ts';
import { readRevision } from '../revisions/read-revision.ts';
import type { RollbackResult } from './rollback.ts';

/** The same result with the labels of revisions in place of their digests: for people. */
export async function labelRollback(db: Db, app: string, result: RollbackResult): Promise<RollbackResult> {
  const labelOf = async (digest: string) => (await readRevision(db, { app, ref: digest }))?.label ?? digest;
  const { takenOut } = result;
  const labels = {
    serving: await labelOf(result.serving),
    ...(takenOut === undefined ? {} : { takenOut: await labelOf(takenOut) }),
  };
  if (result.kind === 'already') return { ...result, ...labels };
  const skipped = await Promise.all(
    result.skipped.map(async ({ revision, reason }) => ({ revision: await labelOf(revision), reason })),
  );
  return { ...result, ...labels, skipped };
}
