import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { mirrorItems, type MirrorPlan } from '../../evals/mirror/mirror-work.ts';
import { workKey, type WorkResult } from '../../evals/run/work.ts';
import { plannedSamples, type SampleStores } from './samples-to-ask.ts';

/**
 * All of what a mirror planned decides it, not the part that somebody stopped at: only a sample that has expired is left
 * out. Throws `broken_measurement`.
 */
export async function requireAsked(
  stores: SampleStores,
  {
    release: { app, environment },
    plan,
    results,
  }: { release: ReleaseRow; plan: MirrorPlan; results: readonly WorkResult[] },
): Promise<void> {
  const known = new Set(results.map(workKey));
  const missing = new Set(
    mirrorItems(plan)
      .filter((item) => !known.has(workKey(item)))
      .map(({ caseId }) => caseId),
  );
  if (missing.size === 0) return;
  const planned = plan.samples.filter(({ id }) => missing.has(id));
  const left = (await plannedSamples(stores, { app, environment, planned })).length;
  if (left === 0) return;
  throw new SluiceError(
    'broken_measurement',
    `${left} samples of the mirror have not been asked of both arms.`,
    { remedy: 'Run its shards again: only what is missing is called.' },
  );
}
