import { createContext, useContext, useSyncExternalStore } from 'react';
import { freshnessOf, isStaleRow, newest, type Freshness } from './freshness.ts';
import type { HeardRow, LiveState } from './live-state.ts';
import type { LiveStore } from './live-store.ts';
import { useNow } from './now.ts';

export const LiveContext = createContext<LiveStore | undefined>(undefined);

function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (store === undefined) throw new Error('This belongs below the shell.');
  return store;
}

export function useLiveState(): LiveState {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.state);
}

export function useFreshness(): Freshness {
  const { sinceMs } = useLiveStore();
  return freshnessOf(useLiveState(), sinceMs, useNow());
}

/** A release as it is known now, and whether that is too old to be shown as good. */
export function useLiveRow(asked: HeardRow): HeardRow & { readonly isStale: boolean } {
  const { releases, staleAfterMs } = useLiveState();
  const heard = newest(asked, releases.get(asked.row.id));
  return { ...heard, isStale: isStaleRow(heard, staleAfterMs, useNow()) };
}
