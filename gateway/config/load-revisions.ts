import type { StoredSplit } from '../../config-store/gateway-view/types.ts';
import type { Guard } from '../../domain/split/guard.ts';
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
  {
    split: { app, stable, candidate },
    guard,
  }: { readonly split: StoredSplit; readonly guard?: Guard | undefined },
): Promise<Pick<ServedApp, 'stable' | 'candidate' | 'guard'> | undefined> {
  if (stable === undefined) return undefined;
  const loaded = new Map<string, ServedRevision>(before?.formerStables);
  for (const revision of [before?.guard?.revision, before?.stable, before?.candidate]) {
    if (revision !== undefined) loaded.set(revision.digest, revision);
  }
  const wanted = [stable, candidate, guard?.former].filter((digest) => digest !== undefined);
  const missing = wanted.filter((digest) => !loaded.has(digest));
  const rows = missing.length === 0 ? [] : await readRevisions(app, missing);
  for (const row of rows) loaded.set(row.digest, await bind(row));
  const take = (digest: string): ServedRevision => {
    const revision = loaded.get(digest);
    if (revision !== undefined) return revision;
    throw new SluiceError('not_found', `The revision ${digest} of ${app} is not in the database.`);
  };
  return {
    stable: take(stable),
    ...(candidate === undefined ? {} : { candidate: take(candidate) }),
    ...(guard === undefined ? {} : { guard: { ...guard, revision: take(guard.former) } }),
  };
}
