import type { Pool } from 'pg';
import { readSamples } from '../../config-store/evaluations/read-samples.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { mirrorItems, type MirrorPlan } from '../../evals/mirror/mirror-work.ts';
import { workKey, type WorkResult } from '../../evals/run/work.ts';
import { openSamples } from './open-samples.ts';

/**
 * All of what a mirror planned decides it, not the part that somebody stopped at: only a sample that has expired is left
 * out. Throws `broken_measurement`.
 */
export async function requireAsked(
  { db, dataKeys }: { db: Pool; dataKeys: Parameters<typeof openSamples>[1] },
  {
    release: { app, environment },
    plan,
    results,
  }: { release: ReleaseRow; plan: MirrorPlan; results: readonly WorkResult[] },
): Promise<void> {
  const known = new Set(results.map(workKey));
  const missing = mirrorItems(plan).filter((item) => !known.has(workKey(item)));
  if (missing.length === 0) return;
  const ids = [...new Set(missing.map(({ caseId }) => caseId))];
  const rows = await readSamples(db, { app, environment, limit: ids.length, ids });
  const left = openSamples(rows, dataKeys).length;
  if (left === 0) return;
  throw new SluiceError(
    'broken_measurement',
    `${left} samples of the mirror have not been asked of both arms.`,
    { remedy: 'Run its shards again: only what is missing is called.' },
  );
}
