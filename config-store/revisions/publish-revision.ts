import { revisionDigest } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { unknownApp } from '../../domain/refusals.ts';
import type { Provenance, RevisionContent } from '../../domain/revision/revision.ts';
import { json, query, type Db } from '../postgres/db.ts';
import { readApp } from '../apps/read-app.ts';

export interface RevisionToPublish {
  readonly app: string;
  readonly label: string;
  /** Parsed by `revisionContentSchema`: the digest is that of its canonical JSON (invariant 1). */
  readonly content: RevisionContent;
  readonly provenance: Provenance;
  readonly actor: string;
  /** The subject of whoever publishes it: they do not approve it. */
  readonly author?: string | undefined;
}

/**
 * Publishes a revision. The same content again is the same revision and keeps its label; a label that another
 * content has is a `conflict`. Throws `not_found` for an unknown app.
 */
export async function publishRevision(
  db: Db,
  revision: RevisionToPublish,
): Promise<{ readonly digest: string; readonly label: string; readonly created: boolean }> {
  const digest = revisionDigest(revision.content);
  if ((await readApp(db, revision.app)) === undefined) throw unknownApp(revision.app);
  if (await insert(db, digest, revision)) return { digest, label: revision.label, created: true };
  const [known] = await query<{ readonly label: string }>(
    db,
    'select label from revision where app = $1 and digest = $2',
    [revision.app, digest],
  );
  if (known === undefined) throw labelTaken(revision);
  return { digest, label: known.label, created: false };
}

async function insert(db: Db, digest: string, revision: RevisionToPublish): Promise<boolean> {
  const { app, label, content, provenance, actor, author } = revision;
  const created = await query(
    db,
    `with created as (
       insert into revision (app, digest, label, content, provenance, created_by, author)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict do nothing returning app, digest, label, provenance),
     audited as (
       insert into audit_entry (actor, action, app, details)
       select $6, 'revision.published', app,
         jsonb_build_object('digest', digest, 'label', label, 'provenance', provenance) from created)
     select digest from created`,
    [app, digest, label, json(content), json(provenance), actor, author],
  );
  return created.length > 0;
}

function labelTaken({ app, label }: RevisionToPublish): SluiceError {
  return new SluiceError(
    'conflict',
    `The label "${label}" of ${app} belongs to a revision with other content.`,
    {
      remedy: 'Give the changed revision a label of its own.',
    },
  );
}
