import type { Revision } from '../../domain/revision/revision.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { ServedRevision } from './bind-revision.ts';

const capacity = 50;

export interface PinnedParts {
  /** A revision by digest or label. */
  readonly read: (app: string, ref: string) => Promise<Revision | undefined>;
  readonly bind: (revision: Revision) => Promise<ServedRevision>;
}

/**
 * Revisions that evaluations and replays ask for, whether they are served or not; the 50 newest stay compiled.
 * Throws `not_found`, `unreachable`, and what binding throws.
 */
export function createPinnedRevisions({
  read,
  bind,
}: PinnedParts): (app: string, ref: string) => Promise<ServedRevision> {
  const compiled = new Map<string, Promise<ServedRevision>>();
  const load = async (app: string, ref: string): Promise<ServedRevision> => {
    const revision = await read(app, ref);
    if (revision !== undefined) return bind(revision);
    throw new SluiceError('not_found', `The app ${app} has no revision ${ref}.`, {
      remedy: 'Publish it first.',
    });
  };
  return (app, ref) => {
    const key = `${app}/${ref}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const loading = load(app, ref);
    compiled.set(key, loading);
    // What failed is tried anew at the next request.
    loading.catch(() => compiled.delete(key));
    const [oldest] = compiled.keys();
    if (compiled.size > capacity && oldest !== undefined) compiled.delete(oldest);
    return loading;
  };
}
