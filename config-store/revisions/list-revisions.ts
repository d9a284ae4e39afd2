import { queryPage, type Db } from '../postgres/db.ts';
import { revisionColumns } from './read-revision.ts';
import type { Page, PageRequest } from '../postgres/page.ts';
import type { RevisionRow } from './revision-row.ts';

/** The revisions of an app, newest first. */
export function listRevisions(
  db: Db,
  { app, ...page }: PageRequest & { app: string },
): Promise<Page<RevisionRow>> {
  return queryPage<RevisionRow>(
    db,
    page,
    `select ${revisionColumns}, jsonb_build_array(created_at, digest) as cursor from revision
     where app = $3 and ($1::jsonb is null or (created_at, digest) < (($1->>0)::timestamptz, $1->>1))
     order by created_at desc, digest desc limit $2`,
    [app],
  );
}
