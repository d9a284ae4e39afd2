import type { Db } from '../postgres/db.ts';
import { readOpenRelease } from '../releases/read-open-release.ts';
import { readRevision } from '../revisions/read-revision.ts';
import type { PressResult } from './rollback.ts';

/** A release that is on its way and that the press has left alone, since nothing of it is served yet. */
interface ReleaseLeftAlone {
  id: string;
  /** Of its revision. */
  label: string;
  state: string;
}

type LabelledRollback = PressResult & { openRelease?: ReleaseLeftAlone };

/**
 * The same result with the labels of revisions in place of their digests, for people; and where nothing was done, with the
 * release that may be what they meant.
 */
export async function labelRollback(
  db: Db,
  { app, environment }: { app: string; environment: string },
  result: PressResult,
): Promise<LabelledRollback> {
  const labelOf = async (digest: string) => (await readRevision(db, { app, ref: digest }))?.label ?? digest;
  const { takenOut } = result;
  const labels = {
    serving: await labelOf(result.serving),
    ...(takenOut === undefined ? {} : { takenOut: await labelOf(takenOut) }),
  };
  if (result.kind === 'already') {
    const release = await readOpenRelease(db, { app, environment });
    if (release === undefined || release.state === 'rolling_back') return { ...result, ...labels };
    const { id, revision, state } = release;
    return { ...result, ...labels, openRelease: { id, label: await labelOf(revision), state } };
  }
  const skipped = await Promise.all(
    result.skipped.map(async ({ revision, reason }) => ({ revision: await labelOf(revision), reason })),
  );
  return { ...result, ...labels, skipped };
}
