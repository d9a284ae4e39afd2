import { queryOne, type Db } from '../../postgres/db.ts';

/** Is anything kept of how far a release is? */
export async function hasReleaseProgress(db: Db, releaseId: string): Promise<boolean> {
  const { kept } = await queryOne<{ readonly kept: boolean }>(
    db,
    'select exists (select from release_progress where release_id = $1) as kept',
    [releaseId],
  );
  return kept;
}
