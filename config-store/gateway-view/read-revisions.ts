import { query, type Db } from '../postgres/db.ts';
import { revisionColumns } from '../revisions/read-revision.ts';
import type { RevisionRow } from '../revisions/revision-row.ts';

/** Revisions of an app by their digests; what is not there is left out. */
export function readRevisions(
  db: Db,
  { app, digests }: { readonly app: string; readonly digests: readonly string[] },
): Promise<RevisionRow[]> {
  return query<RevisionRow>(db, `select ${revisionColumns} from gateway_revisions($1, $2)`, [
    app,
    [...digests],
  ]);
}
