import { SluiceError } from '../domain/errors.ts';
import { query, type Db } from './db.ts';
import type { RevisionRow } from './types.ts';

export const revisionColumns = `app, digest, label, content, provenance, created_by as "createdBy",
  created_at as "createdAt"`;

/** What may be the beginning of a digest: with `rev_` or without, at least 8 digits. */
const digestPrefix = /^(?:rev_)?([0-9a-f]{8,64})$/;

/**
 * A revision by its label, its digest or the beginning of its digest (8 hexadecimal digits at least).
 * Throws `conflict` where several begin like this.
 */
export async function readRevision(
  db: Db,
  { app, ref }: { app: string; ref: string },
): Promise<RevisionRow | undefined> {
  const [, digits] = digestPrefix.exec(ref) ?? [];
  const rows = await query<RevisionRow>(
    db,
    `select ${revisionColumns} from revision
     where app = $1 and (label = $2 or starts_with(digest, 'rev_' || $3))
     order by label = $2 desc limit 2`,
    [app, ref, digits],
  );
  const [first, second] = rows;
  if (first !== undefined && second !== undefined && first.label !== ref) {
    throw new SluiceError('conflict', `Several revisions of ${app} begin with ${ref}.`, {
      remedy: 'Write more digits of the digest, or the label.',
    });
  }
  return first;
}
