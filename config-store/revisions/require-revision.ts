import { SluiceError } from '../../domain/errors.ts';
import type { Db } from '../postgres/db.ts';
import { readRevision } from './read-revision.ts';
import type { RevisionRow } from './revision-row.ts';

/** Like `readRevision`, but throws `not_found` where there is none. */
export async function requireRevision(
  db: Db,
  { app, ref }: { readonly app: string; readonly ref: string },
): Promise<RevisionRow> {
  const revision = await readRevision(db, { app, ref });
  if (revision !== undefined) return revision;
  throw new SluiceError('not_found', `${app} has no revision "${ref}".`, {
    remedy: `\`sluice revisions ${app}\` lists those there are; a new one is published by \`sluice release start\`.`,
  });
}
