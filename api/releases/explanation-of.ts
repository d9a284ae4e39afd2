import type { Pool } from 'pg';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { listObservations } from '../../config-store/observations/list-observations.ts';
import { listCountings } from '../../config-store/splits/list-countings.ts';
import { judgedMeans } from '../../domain/guardrail/registry.ts';
import type { JsonValue } from '../../domain/json.ts';
import { storedMirrorSchema } from '../schemas/mirror.ts';
import { explain, type StoredRelease } from '../../activities/looks/explain/explain-release.ts';
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
  const [release, stages, evidence, weights, mirror] = await Promise.all([
    requireRelease(db, id),
    listStages(db, id),
    listEvidence(db, { releaseId: id }),
    listServedWeights(db, id),
    readEvalRun(db, `${id}-mirror`),
  ]);
  const means = judgedMeans(release.plan).length === 0 ? {} : { means: await observedMeans(db, id) };
  const examples = examplesOf(mirror?.decision);
  return explain({ release, stages, evidence, weights, examples, ...means }, options);
}

/** An explanation is asked for at times: what is more says nothing that these do not, or is not said. */
const mostObservations = 200_000;

async function observedMeans(db: Pool, releaseId: string): Promise<NonNullable<StoredRelease['means']>> {
  const [observations, countings] = await Promise.all([
    listObservations(db, { releaseId, limit: mostObservations }),
    listCountings(db, releaseId),
  ]);
  return { observations, countings };
}

/** The pairs of its mirror that are to be looked at: what they say is opened by another route, for who may read content. */
function examplesOf(decision: JsonValue | undefined): Explanation['examples'] {
  const stored = storedMirrorSchema.safeParse(decision);
  const worst = stored.success ? (stored.data.decision?.worst ?? []) : [];
  return worst.map(({ id: sample, later, why }) => ({ sample, later, why }));
}
