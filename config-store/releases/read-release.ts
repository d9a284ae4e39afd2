import { query, type Db } from '../postgres/db.ts';
import { releaseColumns } from './release-columns.ts';
import type { ReleaseRow } from './release-row.ts';

/** A release by its id. */
export async function readRelease(db: Db, id: string): Promise<ReleaseRow | undefined> {
  const [release] = await query<ReleaseRow>(db, `select ${releaseColumns} from release where id = $1`, [id]);
  return release;
}
