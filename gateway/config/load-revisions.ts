import type { StoredSplit } from '../../config-store/gateway-view/types.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Revision } from '../../domain/revision/revision.ts';
import type { ServedRevision } from './bind-revision.ts';
import type { ServedApp } from './served-app.ts';

export interface LoadParts {
  readonly readRevisions: (app: string, digests: readonly string[]) => Promise<readonly Revision[]>;
  readonly bind: (revision: Revision) => Promise<ServedRevision>;
}

/** The revisions of a split, ready to serve; `undefined` where the app has no stable one yet. */
export async function loadRevisions(
  { readRevisions, bind }: LoadParts,
  before: ServedApp | undefined,
  { app, stable, candidate }: StoredSplit,
): Promise<Pick<ServedApp, 'stable' | 'candidate'> | undefined> {
  if (stable === undefined) return undefined;
  const loaded = new Map<string, ServedRevision>(before?.formerStables);
  for (const revision of [before?.stable, before?.candidate]) {
    if (revision !== undefined) loaded.set(revision.digest, revision);
  }
  const wanted = candidate === undefined ? [stable] : [stable, candidate];
  const missing = wanted.filter((digest) => !loaded.has(digest));
  const rows = missing.length === 0 ? [] : await readRevisions(app, missing);
  for (const row of rows) loaded.set(row.digest, await bind(row));
  const take = (digest: string): ServedRevision => {
    const revision = loaded.get(digest);
    if (revision !== undefined) return revision;
    throw new SluiceError('not_found', `The revision ${digest} of ${app} is not in the database.`);
  };
  return { stable: take(stable), ...(candidate === undefined ? {} : { candidate: take(candidate) }) };
}
