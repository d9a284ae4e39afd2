import type { Pool } from 'pg';
import { explain } from '../../activities/looks/explain/explain-release.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { listStages } from '../../config-store/releases/progress/list-stages.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { listServedWeights } from '../../config-store/splits/list-served-weights.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';

/** Why a release went as it did, from its stored rows alone. Throws `not_found`. */
export async function explanationOf(
  db: Pool,
  id: string,
  options: { readonly recompute: boolean },
): Promise<Explanation> {
  const [release, stages, evidence, weights] = await Promise.all([
    requireRelease(db, id),
    listStages(db, id),
    listEvidence(db, { releaseId: id }),
    listServedWeights(db, id),
  ]);
  return explain({ release, stages, evidence, weights }, options);
}
