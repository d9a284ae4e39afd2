import type { Pool } from 'pg';
import { scoreMean, scoreRate, type PredictionScore } from '../../analysis/mirror/score-prediction.ts';
import { readPredictions, type PredictionRow } from '../../config-store/evaluations/predictions.ts';
import { readShownMeans, type KnownArm, type ShownMeans } from '../../config-store/looks/read-shown-means.ts';
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
  const [rows, rates, means] = await Promise.all([
    readPredictions(db, releaseIds),
    readShownRates(db, releaseIds),
    readShownMeans(db, releaseIds),
  ]);
  return rows.flatMap((row) => scored(row, { rates, means }));
}

interface Shown {
  readonly rates: readonly ShownRates[];
  readonly means: readonly ShownMeans[];
}

/** Nothing for a prediction that only a newer program can read. */
function scored({ releaseId, guardrail, predicted }: PredictionRow, shown: Shown): ScoredPrediction[] {
  const read = predictionSchema.safeParse(predicted);
  if (!read.success) return [];
  const { kind, pairs, candidate, stable } = read.data;
  const arms = { candidate: intervalOf(candidate), stable: intervalOf(stable) };
  const of = { releaseId, guardrail, kind, pairs, ...arms };
  if (read.data.kind === 'mean') return [{ ...of, ...meansShown(of, candidate, shown.means) }];
  const { counter } = read.data;
  const rates = shown.rates.find((each) => each.releaseId === releaseId && each.counter === counter);
  return [{ ...of, ...(rates === undefined ? {} : ratesShown(candidate, rates)) }];
}

function ratesShown(candidate: readonly number[], shown: ShownRates) {
  const seen = {
    candidate: { bad: shown.candidateBad, units: shown.candidateUnits },
    stable: { bad: shown.stableBad, units: shown.stableUnits },
  };
  return { shown: seen, ...verdictOf(scoreRate(candidate, seen.candidate)) };
}

function meansShown(
  { releaseId, guardrail }: Pick<ScoredPrediction, 'releaseId' | 'guardrail'>,
  candidate: readonly number[],
  all: readonly ShownMeans[],
) {
  const shown = all.find((each) => each.releaseId === releaseId && each.guardrail === guardrail);
  if (shown === undefined) return {};
  const armOf = ({ mean, count }: KnownArm) => ({ mean, answers: count });
  return {
    shownMeans: { candidate: armOf(shown.candidate), stable: armOf(shown.stable) },
    ...verdictOf(scoreMean(candidate, shown.candidate)),
  };
}

function verdictOf(score: PredictionScore | undefined): Pick<PredictedGuardrail, 'held' | 'factor'> {
  return score === undefined ? {} : { held: score.held, factor: score.factor };
}
