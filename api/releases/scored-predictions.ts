import type { Pool } from 'pg';
import { scoreRate, type PredictionScore } from '../../analysis/mirror/score-prediction.ts';
import { readPredictions, type PredictionRow } from '../../config-store/evaluations/predictions.ts';
import { readShownRates, type ShownRates } from '../../config-store/looks/read-shown-rates.ts';
import { intervalOf, predictionSchema } from '../../domain/guardrail/prediction.ts';
import type { PredictedGuardrail } from '../schemas/mirror.ts';

/** A prediction beside what its release has shown. */
export interface ScoredPrediction extends PredictedGuardrail {
  readonly releaseId: string;
}

/**
 * The predictions of releases, scored by what their canaries have shown so far: from stored rows each time, so that a
 * score is always that of all looks.
 */
export async function scoredPredictions(
  db: Pool,
  releaseIds: readonly string[],
): Promise<ScoredPrediction[]> {
  const [rows, shown] = await Promise.all([readPredictions(db, releaseIds), readShownRates(db, releaseIds)]);
  return rows.flatMap((row) => scored(row, shown));
}

/** Nothing for a prediction that only a newer program can read. */
function scored(
  { releaseId, guardrail, predicted }: PredictionRow,
  allShown: readonly ShownRates[],
): ScoredPrediction[] {
  const read = predictionSchema.safeParse(predicted);
  if (!read.success) return [];
  const { counter, pairs, candidate, stable } = read.data;
  const shown = allShown.find((each) => each.releaseId === releaseId && each.counter === counter);
  const arms = { candidate: intervalOf(candidate), stable: intervalOf(stable) };
  if (shown === undefined) return [{ releaseId, guardrail, pairs, ...arms }];
  const seen = {
    candidate: { bad: shown.candidateBad, units: shown.candidateUnits },
    stable: { bad: shown.stableBad, units: shown.stableUnits },
  };
  return [
    { releaseId, guardrail, pairs, ...arms, shown: seen, ...verdictOf(scoreRate(candidate, seen.candidate)) },
  ];
}

function verdictOf(score: PredictionScore | undefined): Pick<PredictedGuardrail, 'held' | 'factor'> {
  return score === undefined ? {} : { held: score.held, factor: score.factor };
}
