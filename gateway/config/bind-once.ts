import type { Revision } from '../../domain/revision/revision.ts';
import type { ServedRevision } from './bind-revision.ts';

type Bind = (revision: Revision) => Promise<ServedRevision>;

const capacity = 200;

/**
 * Binds each revision once: its content never changes, nor do this process's bindings, so neither does what comes of it,
 * a refusal included. A template is compiled for splits, pins and probes together, and not again at every poll of one
 * that cannot be served. Remembers the 200 newest.
 */
export function bindOnce(bind: Bind): Bind {
  const bound = new Map<string, Promise<ServedRevision>>();
  return (revision) => {
    const key = `${revision.app}/${revision.digest}/${revision.label}`;
    const binding = bound.get(key) ?? bind(revision);
    bound.delete(key);
    bound.set(key, binding);
    const [oldest] = bound.keys();
    if (bound.size > capacity && oldest !== undefined) bound.delete(oldest);
    return binding;
  };
}
