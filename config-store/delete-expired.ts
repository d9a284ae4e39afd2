import { queryOne, type Db } from './db.ts';

export interface Deleted {
  samples: number;
  evalRuns: number;
  idempotencyKeys: number;
}

/** Deletes samples and what was derived from them when their time is over (invariant 22), and idempotency keys after a week. */
export function deleteExpired(db: Db): Promise<Deleted> {
  return queryOne<Deleted>(
    db,
    `with samples as (delete from sample where expires_at <= now() returning 1),
       runs as (delete from eval_run where expires_at <= now() returning 1),
       keys as (delete from idempotency_key where created_at <= now() - interval '7 days' returning 1)
     select (select count(*) from samples) as samples, (select count(*) from runs) as "evalRuns",
       (select count(*) from keys) as "idempotencyKeys"`,
  );
}
