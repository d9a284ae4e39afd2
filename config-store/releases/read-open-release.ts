import { query, type Db } from '../postgres/db.ts';
import { releaseColumns } from './release-columns.ts';
import type { ReleaseRow } from './release-row.ts';

/** The one open release of an app in an environment, if there is one (invariant 3). */
export async function readOpenRelease(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<ReleaseRow | undefined> {
  const [release] = await query<ReleaseRow>(
    db,
    `select ${releaseColumns} from release where app = $1 and environment = $2 and closed_at is null`,
    [app, environment],
  );
  return release;
}
