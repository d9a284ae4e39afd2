import { query, type Db } from '../postgres/db.ts';

/** Releases that are under way; what is to be scored of them their plans say. */
export function releasesToScore(db: Db): Promise<{ readonly id: string }[]> {
  return query<{ readonly id: string }>(
    db,
    `select id from release where closed_at is null and state in ('progressing', 'paused')
       and jsonb_path_exists(plan, '$.guardrails.keyvalue() ? (@.key == "score" || @.value.kind == "score")')
     order by id`,
  );
}
