import { SluiceError } from '../../domain/errors.ts';
import { query, type Db } from '../postgres/db.ts';
import type { RevisionRow } from './revision-row.ts';

export const revisionColumns = `app, digest, label, content, provenance, created_by as "createdBy",
  created_at as "createdAt"`;

/** A digest, or the beginning of one: what is written like this with `rev_` is never a label. */
const digestPrefix = /^(rev_)?([0-9a-f]{8,64})$/;

/**
 * A revision by its label, its digest or the beginning of its digest (8 hexadecimal digits at least). No label is taken
 * for another revision's digest: labels that are written like one are not published, and of one that was, before that
 * was refused, nothing is guessed. Throws `conflict` where several revisions could be meant.
 */
export function readRevision(
  db: Db,
  { app, ref }: { readonly app: string; readonly ref: string },
): Promise<RevisionRow | undefined> {
  return readFrom(
    db,
    `revision where app = $1 and (label = $2 or starts_with(digest, 'rev_' || $3)) limit 2`,
    { app, ref },
  );
}

/** The same, by the function that gateways have for it. */
export function readPinnedRevision(
  db: Db,
  { app, ref }: { readonly app: string; readonly ref: string },
): Promise<RevisionRow | undefined> {
  return readFrom(db, 'gateway_revision($1, $2, $3)', { app, ref });
}

async function readFrom(
  db: Db,
  source: string,
  { app, ref }: { readonly app: string; readonly ref: string },
): Promise<RevisionRow | undefined> {
  const [, marked, digits] = digestPrefix.exec(ref) ?? [];
  const rows = await query<RevisionRow>(db, `select ${revisionColumns} from ${source}`, [
    app,
    marked === undefined ? ref : null,
    digits,
  ]);
  const [first, second] = rows;
  if (second !== undefined) {
    throw new SluiceError('conflict', `Several revisions of ${app} could be meant by ${ref}.`, {
      remedy: 'Write the whole digest, with rev_ before it.',
    });
  }
  return first;
}
