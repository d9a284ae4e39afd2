import type { JudgesSight } from '../../domain/guardrail/means/mean.ts';
import { json, query, queryOne, type Db } from '../postgres/db.ts';

/** A live answer that is to be scored, sealed. */
export interface TakenAnswer {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly body: Buffer;
}

/** The next answers of a release, in the order of their admission; nobody else is given them until the claim is over. */
export function takeLiveAnswers(
  db: Db,
  {
    releaseId,
    limit,
    claimMs,
  }: { readonly releaseId: string; readonly limit: number; readonly claimMs: number },
): Promise<TakenAnswer[]> {
  return query<TakenAnswer>(db, 'select id, app, environment, body from take_live_answers($1, $2, $3)', [
    releaseId,
    limit,
    claimMs,
  ]);
}

/** Ends an answer with its scores by guardrail (null: missing), once however often; false where it had ended before. */
export async function storeLiveScore(
  db: Db,
  { id, scores }: { readonly id: string; readonly scores: Readonly<Record<string, number | null>> },
): Promise<boolean> {
  const { stored } = await queryOne<{ readonly stored: boolean }>(
    db,
    'select store_live_score($1, $2) as stored',
    [id, json(scores)],
  );
  return stored;
}

export interface LiveProgress {
  readonly releaseId: string;
  readonly guardrails: readonly string[];
  /** So long after its admission an answer may still come. */
  readonly graceMs: number;
  /** Why nothing is scored at present. */
  readonly stopped: string | undefined;
  /** By guardrail: how much of a difference the judges see that score for it; none where no judge does. */
  readonly sights?: Readonly<Record<string, JudgesSight>>;
}

/** Says how far the answers of a release are scored; of one that is judged no more it throws away what is left. */
export async function advanceLiveScores(
  db: Db,
  { releaseId, guardrails, graceMs, stopped, sights = {} }: LiveProgress,
): Promise<void> {
  await query(db, 'select advance_live_scores($1, $2, $3, $4, $5)', [
    ...[releaseId, guardrails, Math.round(graceMs), stopped, json(sights)],
  ]);
}
