import type { DashboardEvent } from '../api/types.ts';
import { continues, hear, nothingHeard, type LiveState } from './live-state.ts';
import { shareEvents, type SharedEvent } from './share.ts';
import { followEvents } from './stream.ts';

export interface LiveStore {
  readonly state: () => LiveState;
  /** When the page began to listen, by its own clock. */
  readonly sinceMs: number;
  readonly subscribe: (onChange: () => void) => () => void;
  /** Tells of each event once it is part of the state. */
  readonly onEvent: (listener: (event: DashboardEvent) => void) => () => void;
  readonly stop: () => void;
}

/** The same for the tabs of one token, and for no others: a token may see less than the next one. FNV-1a, 32 bits. */
function tokenMark(token: string): string {
  let hash = 0x811c9dc5;
  for (const character of token) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** The state as one event: what a tab needs that has heard nothing yet. */
function asSnapshot({ sequence, freshMs, staleAfterMs, releases }: LiveState): SharedEvent | undefined {
  if (sequence === undefined || freshMs === undefined) return undefined;
  const rows = [...releases.values()].map(({ row, heardMs }) => ({
    ...row,
    // Heard of then, told of as of now.
    ...(row.liveAgeMs === undefined ? {} : { liveAgeMs: row.liveAgeMs + Math.max(0, freshMs - heardMs) }),
  }));
  const at = new Date(freshMs).toISOString();
  const event = {
    kind: 'snapshot',
    sequence,
    at,
    staleAfterMs,
    heartbeatMs: 15_000,
    releases: rows,
  } as const;
  return { kind: 'told', event, heardMs: freshMs };
}

/** What the API tells of all releases, by one stream for all tabs. */
export function createLiveStore(token: string): LiveStore {
  const stopping = new AbortController();
  const channel = new BroadcastChannel(`sluice.live.${tokenMark(token)}`);
  const changed = new Set<() => void>();
  const listeners = new Set<(event: DashboardEvent) => void>();
  let state = nothingHeard;

  const onEvent = (event: DashboardEvent, heardMs: number) => {
    if (!continues(state, event)) return false;
    state = hear(state, event, heardMs);
    for (const tell of changed) tell();
    for (const tell of listeners) tell(event);
    return true;
  };

  void shareEvents({
    follow: (tell, signal) => followEvents({ token, onEvent: tell, signal }),
    ...{ onEvent, channel, signal: stopping.signal, locks: locksOf(navigator) },
    snapshot: () => asSnapshot(state),
    lockName: channel.name,
  });
  return {
    state: () => state,
    sinceMs: Date.now(),
    subscribe(onChange) {
      changed.add(onChange);
      return () => changed.delete(onChange);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopping.abort();
      channel.close();
    },
  };
}

/** Types say that every browser has locks; over plain http from another machine none has. */
function locksOf(browser: { readonly locks?: LockManager }): LockManager | undefined {
  return browser.locks;
}
