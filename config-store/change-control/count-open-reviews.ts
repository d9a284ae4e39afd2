import { query, type Db } from '../postgres/db.ts';

/** What nobody else has looked at yet, of one kind. */
export interface OpenReviews {
  readonly kind: string;
  readonly count: number;
  /** Since the oldest was opened, by the database's clock. */
  readonly oldestSeconds: number;
}

/** Reviews that nobody has signed off, by kind. */
export function countOpenReviews(db: Db): Promise<OpenReviews[]> {
  return query<OpenReviews>(
    db,
    `select kind, count(*)::int as count,
       extract(epoch from clock_timestamp() - min(opened_at))::float8 as "oldestSeconds"
     from review where signed_at is null group by kind order by kind`,
  );
}
