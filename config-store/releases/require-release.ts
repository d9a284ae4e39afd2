import { SluiceError } from '../../domain/errors.ts';
import type { Db } from '../postgres/db.ts';
import { readRelease } from './read-release.ts';
import type { ReleaseRow } from './release-row.ts';

/** Like `readRelease`, but throws `not_found` where there is none. */
export async function requireRelease(db: Db, id: string): Promise<ReleaseRow> {
  const release = await readRelease(db, id);
  if (release !== undefined) return release;
  throw new SluiceError('not_found', `There is no release ${id}.`, { remedy: 'See: sluice release list.' });
}
