import type { Pool } from 'pg';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { readArmOutcomes, type ArmOutcomes } from '../../config-store/dashboard/read-arm-outcomes.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { listObservations } from '../../config-store/observations/list-observations.ts';
import { listCountings } from '../../config-store/splits/list-countings.ts';
import { readReason } from '../../domain/guardrail/answers/reasons.ts';
import { judgedMeans } from '../../domain/guardrail/registry.ts';
import type { JsonValue } from '../../domain/json.ts';
import { matrixOf } from '../dashboard/evaluation/matrix.ts';
import type { EvaluatedCell } from '../schemas/dashboard/evaluation.ts';
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
  const [release, stages, evidence, weights, mirror, cases, traffic] = await Promise.all([
    requireRelease(db, id),
    listStages(db, id),
    listEvidence(db, { releaseId: id }),
    listServedWeights(db, id),
    readEvalRun(db, `${id}-mirror`),
    casesOf(db, id),
    trafficOf(db, id),
  ]);
  const means = judgedMeans(release.plan).length === 0 ? {} : { means: await observedMeans(db, id) };
  const examples = examplesOf(mirror?.decision);
  return explain({ release, stages, evidence, weights, examples, ...means, ...cases, ...traffic }, options);
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

const mostCases = 50;

/** Which cases of its evaluation fail, in figures. */
async function casesOf(db: Pool, releaseId: string): Promise<Pick<Explanation, 'cases'>> {
  const run = await readEvalRun(db, `${releaseId}-evaluation`);
  if (run === undefined) return {};
  const rows = await readEvalResults(db, run.id);
  const { counts, cases } = matrixOf(run, rows, { show: 'failed', page: 1, labels: new Map() });
  return {
    cases: {
      ...{ newlyFailing: counts['newly failing'], stillFailing: counts['still failing'] },
      ...{ repaired: counts.repaired, flaky: counts.flaky },
      failing: cases.slice(0, mostCases).map(({ id, critical, candidate, stable }) => ({
        ...{
          id,
          critical,
          candidate: passedOf(candidate),
          failed: candidate.failed.map((each) => each.assertion),
        },
        ...(stable === undefined ? {} : { stable: passedOf(stable) }),
      })),
    },
  };
}

function passedOf({ passed, of }: EvaluatedCell): { readonly passed: number; readonly of: number } {
  return { passed, of };
}

/** What became of the requests of both arms, as far as that is kept. */
async function trafficOf(db: Pool, releaseId: string): Promise<Pick<Explanation, 'traffic'>> {
  const arms = await readArmOutcomes(db, releaseId);
  if (arms.length === 0) return {};
  return {
    traffic: Object.fromEntries(
      arms.map(({ arm, reasons, ...outcomes }) => [arm, { ...outcomes, reasons: reasons.flatMap(reasonOf) }]),
    ),
  };
}

/** What no gateway of this program writes is not told. */
function reasonOf({ reason, calls }: ArmOutcomes['reasons'][number]) {
  const read = readReason(reason);
  return read === undefined ? [] : [{ ...read, calls }];
}
