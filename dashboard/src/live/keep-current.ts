import type { QueryClient } from '@tanstack/react-query';
import type { LiveStore } from './live-store.ts';

/** What many changes of one release ask for is asked once in so long. */
const togetherMs = 500;
/** While the stream is silent, what is shown is asked for. */
const pollMs = 5_000;

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
    soon(['board']);
    if (event.kind === 'release') soon(['release', event.release.id]);
    if (event.kind === 'app') soon(['app', event.app]);
    if (event.kind === 'snapshot') for (const key of ['release', 'app']) soon([key]);
  });
  const poll = setInterval(() => {
    const { freshMs, staleAfterMs } = live.state();
    if (Date.now() - (freshMs ?? live.sinceMs) > staleAfterMs) void client.invalidateQueries();
  }, pollMs);
  return () => {
    end();
    clearInterval(poll);
    for (const timer of waiting.values()) clearTimeout(timer);
  };
}
