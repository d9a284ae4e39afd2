import type { QueryClient } from '@tanstack/react-query';
import { contentKey } from '../api/queries.ts';
import type { ReleaseBoard, ReleaseLine } from '../api/types.ts';
import { isStaleRow } from './freshness.ts';
import type { HeardRow } from './live-state.ts';
import type { LiveStore } from './live-store.ts';

/** What many changes of one release ask for is asked once in so long. */
const togetherMs = 500;
/** While the stream is silent, what is shown is asked for. */
const pollMs = 5_000;
/** A release of which nothing was told for too long may only not have changed: it is asked for in every so many polls. */
const pollsPerLook = 3;

/** Does a change move a list that is open? Its rows take their numbers from the stream: many tabs need not ask for these. */
function isNews(client: QueryClient, { id, state, needsYou }: ReleaseLine): boolean {
  const lists = client.getQueryCache().findAll({ queryKey: ['board'], type: 'active' });
  return lists.some(({ state: { data } }) => {
    const shown = (data as ReleaseBoard | undefined)?.items.find((row) => row.id === id);
    return shown?.state !== state || shown.needsYou !== needsYou;
  });
}

/**
 * Has what was asked asked again when the stream tells of a change, and every 5 s while the stream is silent. Returns
 * what ends that.
 */
export function keepCurrent(live: LiveStore, client: QueryClient): () => void {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const soon = (key: readonly string[]) => {
    const name = key.join(' ');
    if (waiting.has(name)) return;
    const timer = setTimeout(() => {
      waiting.delete(name);
      void client.invalidateQueries({ queryKey: key });
    }, togetherMs);
    waiting.set(name, timer);
  };
  const end = live.onEvent((event) => {
    if (event.kind === 'heartbeat') return;
    // A change of what serves an app moves no line: of what it does to a release the stream tells besides.
    if (event.kind === 'snapshot' || (event.kind === 'release' && isNews(client, event.release)))
      soon(['board']);
    if (event.kind === 'release') soon(['release', event.release.id]);
    if (event.kind === 'app') soon(['app', event.app]);
    if (event.kind === 'snapshot') for (const key of ['release', 'app']) soon([key]);
  });
  let polls = 0;
  const poll = setInterval(() => {
    const { freshMs, staleAfterMs, releases } = live.state();
    const nowMs = Date.now();
    polls += 1;
    if (nowMs - (freshMs ?? live.sinceMs) > staleAfterMs) {
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== contentKey });
    } else if (polls % pollsPerLook === 0) {
      const isOld = (heard: HeardRow) => isStaleRow(heard, staleAfterMs, nowMs);
      if ([...releases.values()].some(isOld)) for (const key of ['board', 'release']) soon([key]);
    }
  }, pollMs);
  return () => {
    end();
    clearInterval(poll);
    for (const timer of waiting.values()) clearTimeout(timer);
  };
}
