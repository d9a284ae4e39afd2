import { query, type Db } from '../postgres/db.ts';

/** How far the scoring of a release's live answers is, for one of its guardrails. */
export interface LiveScoreState {
  readonly guardrail: string;
  readonly scored: number;
  /** Answers that nobody could score. */
  readonly missing: number;
  /** Answers that wait to be scored. */
  readonly waiting: number;
  /** Since the oldest of those was admitted. */
  readonly lagMs: number;
  /** Why nothing is scored at present. */
  readonly stopped?: string;
}

/** By guardrail; none where nothing was scored yet. */
export function readLiveScores(db: Db, releaseId: string): Promise<LiveScoreState[]> {
  return query<LiveScoreState>(
    db,
    'select guardrail, scored, missing, waiting, lag_ms as "lagMs", stopped from live_score_state($1)',
    [releaseId],
  );
}
