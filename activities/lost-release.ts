import type { Pool } from 'pg';
import { closeRelease } from '../config-store/close-release.ts';
import { readSplit } from '../config-store/read-split.ts';
import { readRelease } from '../config-store/read-release.ts';
import { withdrawRelease } from '../config-store/withdraw-release.ts';
import type { ReleaseRow } from '../config-store/types.ts';
import { isOpen, type Actor } from '../domain/release.ts';
import type { TemporalView } from './temporal-view.ts';

/** `moved`: somebody wrote the split meanwhile, so what was found out is no longer true. */
export type LostRelease = 'alive' | 'taken-back' | 'moved';

/**
 * Takes a release back whose workflow is gone, and closes it as failed. Reads the split and the release *before* it
 * asks Temporal, and writes only on what it read: a workflow that came to life in between wins. Temporal not
 * answering is no answer: it throws `unreachable` and nothing is written.
 */
export async function takeBackIfLost(
  { db, temporal, actor }: { db: Pool; temporal: TemporalView; actor: Actor },
  { id, app, environment }: Pick<ReleaseRow, 'id' | 'app' | 'environment'>,
): Promise<LostRelease> {
  const split = await readSplit(db, { app, environment });
  const release = await readRelease(db, id);
  if (release === undefined || !isOpen(release.state) || split === undefined) return 'moved';
  const { workflowId, firstRunId } = release;
  if (await temporal.isRunning({ workflowId, firstRunId })) return 'alive';
  const reason =
    firstRunId === undefined
      ? 'its workflow never started'
      : 'its workflow is gone: it neither runs nor closed the release';
  const withdrawn = await withdrawRelease(db, {
    releaseId: id,
    expectedVersion: split.version,
    firstRunId,
    operationId: `${id}/lost/${split.version}`,
    actor,
    reason,
    ending: 'failed',
  });
  if (withdrawn === 'moved') return 'moved';
  await closeRelease(db, { releaseId: id, outcome: 'failed', reason, actor });
  return 'taken-back';
}
