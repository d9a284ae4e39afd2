import { query, type Db } from '../postgres/db.ts';

/** Releases that are judged: under way, or guarded. What is to be scored of them their plans say. */
export function releasesToScore(db: Db): Promise<{ readonly id: string }[]> {
  return query<{ readonly id: string }>(
    db,
    `select id from release
     where (closed_at is null and state in ('progressing', 'paused')
         or id in (select release_id from guard where closed_at is null))
       and jsonb_path_exists(plan, '$.guardrails.keyvalue() ? (@.key == "score" || @.value.kind == "score")')
     order by id`,
  );
}
