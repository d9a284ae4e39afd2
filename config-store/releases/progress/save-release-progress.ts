import { SluiceError } from '../../../domain/errors.ts';
import type { Progress } from '../../../domain/release/progress.ts';
import { storable } from '../../../domain/text/storable.ts';
import { json, query, queryOne, type Db } from '../../postgres/db.ts';

export interface ProgressToSave {
  readonly releaseId: string;
  /** The workflow run that writes, and the first of its chain: the release's own. */
  readonly runId: string;
  readonly firstRunId: string;
  readonly progress: Progress;
}

/**
 * Keeps a release's state as its workflow's run leaves it. An older state never replaces a newer one, as that of an
 * activity which was taken for lost. Throws `conflict` where another run has taken the release over.
 */
export async function saveReleaseProgress(db: Db, toSave: ProgressToSave): Promise<void> {
  const { releaseId, runId, firstRunId, progress } = toSave;
  const saved = await query(
    db,
    `insert into release_progress as kept (release_id, run_id, sequence, state)
     select id, $2, $4, $5 from release where id = $1 and first_run_id = $3
     on conflict (release_id) do update
       set sequence = excluded.sequence, state = excluded.state, updated_at = now()
       where kept.run_id = excluded.run_id and kept.sequence < excluded.sequence
     returning release_id`,
    [releaseId, runId, firstRunId, progress.sequence, json(storable(progress))],
  );
  if (saved.length > 0) return;
  const { owned } = await queryOne<{ readonly owned: boolean }>(
    db,
    'select exists (select from release_progress where release_id = $1 and run_id = $2) as owned',
    [releaseId, runId],
  );
  if (owned) return;
  throw new SluiceError('conflict', `Release ${releaseId} is the work of another run than ${runId}.`, {
    remedy: 'Let that run go on; this one ends.',
  });
}
