import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { mirrorItems, type MirrorPlan } from '../../evals/mirror/mirror-work.ts';
import { workKey, type WorkResult } from '../../evals/run/work.ts';
import { plannedSamples, type SampleStores } from './samples-to-ask.ts';

/**
 * All of what a mirror planned decides it, not the part that somebody stopped at: only a sample that has expired, or
 * that cannot be read beside others that can, is left out. Throws `broken_measurement`.
 */
export async function requireAsked(
  stores: SampleStores,
  {
    release: { app, environment },
    plan,
    results,
  }: { readonly release: ReleaseRow; readonly plan: MirrorPlan; readonly results: readonly WorkResult[] },
): Promise<void> {
  const known = new Set(results.map(workKey));
  const missing = new Set(
    mirrorItems(plan)
      .filter((item) => !known.has(workKey(item)))
      .map(({ caseId }) => caseId),
  );
  if (missing.size === 0) return;
  // Asked as the shards ask, of all that was planned: what they passed over as unreadable is no more to be had now.
  const there = await plannedSamples(stores, { app, environment, planned: plan.samples });
  const left = there.filter(({ id }) => missing.has(id)).length;
  if (left === 0) return;
  throw new SluiceError(
    'broken_measurement',
    `${left} samples of the mirror have not been asked of both arms.`,
    { remedy: 'Run its shards again: only what is missing is called.' },
  );
}
