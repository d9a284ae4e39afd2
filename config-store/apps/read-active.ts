import type { ActiveRevision } from '../../domain/revision/revision.ts';
import { query, type Db } from '../postgres/db.ts';

export interface ActiveRow {
  /** The split's version. */
  version: number;
  stable?: ActiveRevision;
  candidate?: ActiveRevision & { weight: number; releaseId: string };
}

/** What serves an app in an environment; absent before its first stable revision. */
export async function readActive(
  db: Db,
  { app, environment }: { app: string; environment: string },
): Promise<ActiveRow | undefined> {
  const [row] = await query<ActiveRow>(
    db,
    `select split.version, ${activeJson('stable', '')},
       ${activeJson('candidate', `, 'weight', split.weight, 'releaseId', split.release_id`)}
     from split
       left join revision stable on stable.app = split.app and stable.digest = split.stable
       left join revision candidate on candidate.app = split.app and candidate.digest = split.candidate
     where split.app = $1 and split.environment = $2`,
    [app, environment],
  );
  return row;
}

function activeJson(arm: 'stable' | 'candidate', more: string): string {
  return `case when ${arm}.digest is not null then jsonb_build_object('label', ${arm}.label, 'digest', ${arm}.digest,
    'chain', (select jsonb_agg(jsonb_build_object('provider', target->'provider', 'model', target->'model'))
      from jsonb_array_elements(${arm}.content->'chain') as target)${more}) end as ${arm}`;
}
