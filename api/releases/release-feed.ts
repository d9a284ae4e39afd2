import type { Listener } from '../../config-store/connection/listener.ts';
import { throwLater } from '../../program/throw-later.ts';
import type { ReleaseDetail } from '../schemas/releases.ts';

export interface ReleaseWatcher {
  /** The whole release, after every change and at every beat; it may be what was told before. */
  onRelease(release: ReleaseDetail): void;
  /** The release could not be read now; the next change or beat tries again. */
  onTrouble(error: unknown): void;
  /** There will be no more: the API stops. */
  onEnd(): void;
}

/** One watcher's fault (a connection that is gone) is not another's, and does not end the reading. */
function tellAll(watchers: Iterable<ReleaseWatcher>, tell: (watcher: ReleaseWatcher) => void): void {
  for (const watcher of watchers) {
    try {
      tell(watcher);
    } catch (error) {
      throwLater(error);
    }
  }
}

export interface ReleaseFeed {
  /** Tells of a release from now on, until the function that it returns is called. */
  watch(id: string, watcher: ReleaseWatcher): () => void;
  close(): Promise<void>;
}

interface Watched {
  readonly watchers: Set<ReleaseWatcher>;
  state: 'idle' | 'reading' | 'read-again';
}

export interface ReleaseFeedParts {
  readonly read: (id: string) => Promise<ReleaseDetail>;
  /** Calls back with the id of a release that changed, and without one when any may have. */
  readonly listen: (onChange: (id?: string) => void) => Listener;
  /** How often releases are read even if nobody told of a change, in milliseconds. */
  readonly beatMs: number;
}

/**
 * Tells any number of watchers of releases with one listening connection, and reads each release once for all of
 * its watchers: one read at a time, so that no older state follows a newer one.
 */
export function createReleaseFeed({ read, listen, beatMs }: ReleaseFeedParts): ReleaseFeed {
  const all = new Map<string, Watched>();
  let running: { readonly listener: Listener; readonly beat: NodeJS.Timeout } | undefined;

  async function refresh(id: string): Promise<void> {
    const watched = all.get(id);
    if (watched === undefined) return;
    if (watched.state !== 'idle') {
      watched.state = 'read-again';
      return;
    }
    do {
      watched.state = 'reading';
      try {
        const release = await read(id);
        tellAll(watched.watchers, (watcher) => {
          watcher.onRelease(release);
        });
      } catch (error) {
        tellAll(watched.watchers, (watcher) => {
          watcher.onTrouble(error);
        });
      }
    } while (wantsMore(watched));
    watched.state = 'idle';
  }

  function refreshAll(): void {
    for (const id of all.keys()) void refresh(id);
  }

  function start() {
    const listener = listen((id) => {
      if (id === undefined) refreshAll();
      else void refresh(id);
    });
    return { listener, beat: setInterval(refreshAll, beatMs).unref() };
  }

  return {
    watch(id, watcher) {
      running ??= start();
      const watched = all.get(id) ?? { watchers: new Set(), state: 'idle' };
      watched.watchers.add(watcher);
      all.set(id, watched);
      // What changed between the watcher's own first look and now.
      void refresh(id);
      return () => {
        watched.watchers.delete(watcher);
        if (watched.watchers.size === 0 && all.get(id) === watched) all.delete(id);
      };
    },
    async close() {
      for (const { watchers } of all.values()) for (const watcher of watchers) watcher.onEnd();
      all.clear();
      clearInterval(running?.beat);
      await running?.listener.close();
      running = undefined;
    },
  };
}

/** A change that came during the read: the compiler believes that it still sees the state from before. */
function wantsMore(watched: Watched): boolean {
  return watched.state === 'read-again';
}
