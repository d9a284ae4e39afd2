import type { JsonValue } from '../../domain/json.ts';
import { json, query, type Db } from '../postgres/db.ts';

export interface PredictionRow {
  readonly releaseId: string;
  readonly guardrail: string;
  readonly predicted: JsonValue;
  readonly createdAt: string;
}

/** Writes down what is predicted of a release; what was predicted before stays as it was said. */
export async function insertPredictions(
  db: Db,
  releaseId: string,
  predictions: readonly Pick<PredictionRow, 'guardrail' | 'predicted'>[],
): Promise<void> {
  await query(
    db,
    `insert into prediction (release_id, guardrail, predicted)
     select $1, guardrail, predicted from jsonb_to_recordset($2) as p (guardrail text, predicted jsonb)
     on conflict do nothing`,
    [releaseId, json(predictions.map(({ guardrail, predicted }) => ({ guardrail, predicted })))],
  );
}

/** The predictions of releases, by guardrail. */
export function readPredictions(db: Db, releaseIds: readonly string[]): Promise<PredictionRow[]> {
  return query<PredictionRow>(
    db,
    `select release_id as "releaseId", guardrail, predicted, created_at as "createdAt" from prediction
     where release_id = any ($1) order by release_id, guardrail`,
    [releaseIds],
  );
}
