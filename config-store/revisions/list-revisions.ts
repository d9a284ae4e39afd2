import type { ReleaseState } from '../../domain/release/release.ts';
import type { Provenance, RevisionContent } from '../../domain/revision/revision.ts';
import { queryPage, type Db } from '../postgres/db.ts';
import type { Page, PageRequest } from '../postgres/page.ts';
import type { Condemnation } from '../splits/read-condemnation.ts';

/** What a revision is in an environment: one that neither serves nor ever served is `published`. */
export const revisionStates = ['serves', 'candidate', 'former stable', 'published'] as const;

/** A revision of an app, and what became of it in an environment. */
export interface ListedRevision {
  readonly digest: string;
  readonly label: string;
  readonly chain: RevisionContent['chain'];
  /** By name, the beginning of a SHA-256 of the prompt: the same version is the same prompt. */
  readonly prompts: Record<string, string>;
  readonly provenance: Provenance;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly state: (typeof revisionStates)[number];
  /** Why it was found bad. */
  readonly condemned?: Condemnation;
  /** The newest of those that released it, newest first. */
  readonly releases: { readonly id: string; readonly state: ReleaseState; readonly createdAt: string }[];
}

const releasesNamed = 10;

/** As columns are read; JSON would have the session's own form. */
const iso = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const text = `
  select revision.digest, label, content->'chain' as chain, provenance, created_by as "createdBy",
    created_at as "createdAt", jsonb_build_array(created_at, revision.digest) as cursor,
    (select coalesce(jsonb_object_agg(name, left(encode(sha256(convert_to(prompt::text, 'UTF8')), 'hex'), 12)), '{}')
       from jsonb_each(content->'prompts') as of_name (name, prompt)) as prompts,
    case
      when split.stable = revision.digest then 'serves'
      when split.candidate = revision.digest then 'candidate'
      when exists (select from split_history former where former.app = revision.app
        and former.environment = $4 and former.stable = revision.digest) then 'former stable'
      else 'published'
    end as state,
    (select jsonb_strip_nulls(jsonb_build_object('cause', cause, 'actor', actor, 'reason', reason,
         'at', ${iso('at')}, 'releaseId', release_id))
       from condemnation(revision.app, $4, revision.digest) where id is not null) as condemned,
    (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'state', state, 'createdAt', ${iso('created_at')})
         order by created_at desc), '[]')
       from (select id, state, created_at from release
         where release.app = revision.app and environment = $4 and release.revision = revision.digest
         order by created_at desc limit ${releasesNamed}) newest) as releases
  from revision left join split on split.app = revision.app and split.environment = $4
  where revision.app = $3
    and ($1::jsonb is null or (created_at, revision.digest) < (($1->>0)::timestamptz, $1->>1))
  order by created_at desc, revision.digest desc limit $2`;

/** The revisions of an app, newest first, as they stand in an environment. */
export function listRevisions(
  db: Db,
  { app, environment, ...page }: PageRequest & { readonly app: string; readonly environment: string },
): Promise<Page<ListedRevision>> {
  return queryPage<ListedRevision>(db, page, text, [app, environment]);
}
