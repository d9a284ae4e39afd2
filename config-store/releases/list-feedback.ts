import { query, type Db } from '../postgres/db.ts';

export interface FeedbackTally {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly arm: 'stable' | 'candidate' | 'none';
  readonly answers: number;
  /** Of them, told over 10 minutes after the answer. */
  readonly late: number;
}

/** What was told of the answers under a release's split versions, the most frequent first; at most 1,000 lines. */
export function listFeedback(db: Db, releaseId: string): Promise<FeedbackTally[]> {
  return query<FeedbackTally>(
    db,
    `select name, value, arm, count(*)::int as answers,
       (count(*) filter (where received_at > answered_at + interval '10 minutes'))::int as late
     from feedback f where exists (select from split_history h where h.release_id = $1 and h.app = f.app
       and h.environment = f.environment and h.version = f.split_version)
     group by name, value, arm order by answers desc, name, value, arm limit 1000`,
    [releaseId],
  );
}
