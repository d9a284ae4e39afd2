import type { Pool } from 'pg';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { withdrawRelease } from '../../config-store/splits/withdraw-release.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { isOpen, type Actor } from '../../domain/release/release.ts';
import { lostOperation } from '../split/operation-ids.ts';
import { runsElsewhere } from './elsewhere.ts';
import type { TemporalView } from '../temporal/temporal-view.ts';

/** `moved`: somebody wrote the split meanwhile, so what was found out is no longer true. */
export type LostRelease = 'alive' | 'taken-back' | 'moved';

/**
 * Takes a release back whose workflow is gone, and closes it as failed. Reads the split and the release *before* it
 * asks Temporal, and writes only on what it read: a workflow that came to life in between wins. Temporal not
 * answering is no answer: it throws `unreachable` and nothing is written.
 */
export async function takeBackIfLost(
  { db, temporal, actor }: { readonly db: Pool; readonly temporal: TemporalView; readonly actor: Actor },
  { id, app, environment }: Pick<ReleaseRow, 'id' | 'app' | 'environment'>,
): Promise<LostRelease> {
  const split = await readSplit(db, { app, environment });
  const release = await readRelease(db, id);
  if (release === undefined || !isOpen(release.state) || split === undefined) return 'moved';
  const { workflowId, firstRunId } = release;
  if (runsElsewhere(release, await temporal.identity())) return 'alive';
  // Between two runs nothing runs for it: whoever has begun to replace the one goes on.
  if (release.restarting) return 'alive';
  const run = await temporal.runOf({ workflowId });
  if (run !== undefined && (firstRunId === undefined || run.firstRunId === firstRunId)) return 'alive';
  const reason =
    firstRunId === undefined
      ? 'its workflow never started'
      : 'its workflow is gone: it neither runs nor closed the release';
  return takeBack({ db, actor }, { release, version: split.version, reason });
}

/** Takes a release back that cannot go on, and closes it as failed, if it and its split are as the caller has read them. */
export async function takeBack(
  { db, actor }: { readonly db: Pool; readonly actor: Actor },
  {
    release,
    version,
    reason,
  }: { readonly release: ReleaseRow; readonly version: number; readonly reason: string },
): Promise<'taken-back' | 'moved'> {
  const { id: releaseId, firstRunId } = release;
  const withdrawn = await withdrawRelease(db, {
    ...{ releaseId, firstRunId, actor, reason, expectedVersion: version },
    operationId: lostOperation(releaseId, version),
    ending: 'failed',
  });
  if (withdrawn === 'moved') return 'moved';
  await closeRelease(db, { releaseId, outcome: 'failed', reason, actor });
  return 'taken-back';
}
