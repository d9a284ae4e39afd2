import { unknownRelease } from '../../domain/refusals.ts';
import type { Db } from '../postgres/db.ts';
import { readRelease } from './read-release.ts';
import type { ReleaseRow } from './release-row.ts';

/** Like `readRelease`, but throws `not_found` where there is none. */
export async function requireRelease(db: Db, id: string): Promise<ReleaseRow> {
  const release = await readRelease(db, id);
  if (release !== undefined) return release;
  throw unknownRelease(id);
}
