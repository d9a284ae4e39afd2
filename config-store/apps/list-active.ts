import type { ActiveRevision } from '../../domain/revision/revision.ts';
import { query, type Db } from '../postgres/db.ts';

export interface ActiveRow {
  readonly app: string;
  readonly environment: string;
  /** The split's version. */
  readonly version: number;
  readonly stable?: ActiveRevision;
  readonly candidate?: ActiveRevision & {
    readonly weight: number;
    readonly releaseId: string;
    /** Of the audience of its plan, in percent; absent where that has none. */
    readonly audience?: number;
  };
}

/** What serves some apps in some environments; without those before their first stable revision. */
export function listActive(
  db: Db,
  { apps, environments }: { readonly apps: readonly string[]; readonly environments: readonly string[] },
): Promise<ActiveRow[]> {
  return query<ActiveRow>(
    db,
    `select split.app, split.environment, split.version, ${activeJson('stable', '')},
       ${activeJson('candidate', `, 'weight', split.weight, 'releaseId', split.release_id, 'audience', split.counting #> '{audience,weight}'`)}
     from split
       left join revision stable on stable.app = split.app and stable.digest = split.stable
       left join revision candidate on candidate.app = split.app and candidate.digest = split.candidate
     where split.app = any ($1) and split.environment = any ($2)
     order by split.app, array_position($2, split.environment)`,
    [apps, environments],
  );
}

function activeJson(arm: 'stable' | 'candidate', more: string): string {
  return `case when ${arm}.digest is not null then jsonb_strip_nulls(jsonb_build_object('label', ${arm}.label, 'digest', ${arm}.digest,
    'chain', (select jsonb_agg(jsonb_build_object('provider', target->'provider', 'model', target->'model'))
      from jsonb_array_elements(${arm}.content->'chain') as target)${more})) end as ${arm}`;
}
