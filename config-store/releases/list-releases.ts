import { queryPage, type Db } from '../postgres/db.ts';
import { releaseColumns } from './release-columns.ts';
import type { Page, PageRequest } from '../postgres/page.ts';
import type { ReleaseRow } from './release-row.ts';

export interface ReleaseFilter extends PageRequest {
  readonly app?: string | undefined;
  /** Of these apps only. */
  readonly apps?: readonly string[] | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  /** Of the app of this name, or with an id that begins so, with or without its `rel_`. */
  readonly named?: string | undefined;
}

/** Releases, newest first. */
export function listReleases(
  db: Db,
  { app, apps, state, named, ...page }: ReleaseFilter,
): Promise<Page<ReleaseRow>> {
  return queryPage<ReleaseRow>(
    db,
    page,
    `select ${releaseColumns}, jsonb_build_array(created_at, id) as cursor from release
     where ($1::jsonb is null or (created_at, id) < (($1->>0)::timestamptz, $1->>1))
       and ($3::text is null or app = $3)
       and ($4::text is null or (closed_at is null) = ($4 = 'open'))
       and ($5::text[] is null or app = any($5))
       and ($6::text is null or app = $6 or starts_with(id, $6) or starts_with(id, 'rel_' || $6))
     order by created_at desc, id desc limit $2`,
    [app, state, apps, named],
  );
}
