import type { JsonObject } from '../../domain/json.ts';
import { query, type Db } from '../postgres/db.ts';

/** What a stage had come to when it was measured last, and how often it was. */
export interface LastLook {
  readonly stage: string;
  readonly looks: number;
  readonly judgement: JsonObject;
}

/** The last look of each stage of a release that was measured. */
export function readLastLooks(db: Db, releaseId: string): Promise<LastLook[]> {
  return query<LastLook>(
    db,
    `select distinct on (stage) stage, judgement, (count(*) over (partition by stage))::int as looks
     from evidence where release_id = $1 order by stage, measured_at desc, look desc`,
    [releaseId],
  );
}
