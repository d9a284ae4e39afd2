import type { Listener } from '../../config-store/connection/listener.ts';
import { SluiceError } from '../../domain/errors.ts';
import { throwLater } from '../../program/throw-later.ts';
import { createBoardLog, type BoardChange, type BoardStart } from './board-log.ts';
import { createReader, type BoardReader } from './board-reader.ts';
import type { ReleaseFacts } from './facts.ts';

export interface BoardWatcher {
  onChange(change: BoardChange): void;
  onHeartbeat(): void;
  /** There will be no more: the API stops. */
  onEnd(): void;
}

export interface BoardFeed {
  readonly epoch: string;
  readonly sequence: () => number;
  /** Since the database was last read, in milliseconds. */
  readonly dataAgeMs: () => number;
  /** Resolves once there is something to begin with. Throws `unreachable` where the database cannot be read. */
  ready(): Promise<void>;
  /** Tells of changes from what it returns on, until `leave` is called. `after`: the last sequence that was heard of. */
  watch(
    watcher: BoardWatcher,
    after: number | undefined,
  ): { readonly start: BoardStart; readonly leave: () => void };
  /** All that is open now, for whoever could not follow. */
  snapshot(): BoardStart;
  close(): Promise<void>;
}

export interface BoardFeedParts {
  readonly readOpen: () => Promise<ReleaseFacts[]>;
  readonly read: (ids: readonly string[]) => Promise<ReleaseFacts[]>;
  /** Calls back with what changed; without an id where any release may have. */
  readonly listen: (on: {
    readonly release: (id?: string) => void;
    readonly split: (app: string, environment: string) => void;
  }) => readonly Listener[];
  readonly onError: (error: unknown) => void;
  readonly heartbeatMs: number;
  /** How often everything is read, whether or not anybody told of a change; and those whose gateways still follow one. */
  readonly pollMs: { readonly calm: number; readonly following: number };
}

const nowMs = (): number => performance.now();

/** Tells any number of watchers of all releases with one connection that listens, and one reader, a process. */
export function createBoardFeed(parts: BoardFeedParts): BoardFeed {
  const watchers = new Set<BoardWatcher>();
  const log = createBoardLog((change) => {
    tellAll(watchers, (watcher) => {
      watcher.onChange(change);
    });
  });
  const reads = readsInto(log, parts);
  let running: Running | undefined;

  const { epoch, sequence, snapshot, takeSplit, open } = log;
  const start = (): Running =>
    run(parts, {
      reader: createReader({ ...reads, onError: parts.onError }),
      takeSplit,
      following: () => open().filter(isFollowed).map(idOf),
      beat: () => {
        tellAll(watchers, (watcher) => {
          watcher.onHeartbeat();
        });
      },
    });

  return {
    ...{ epoch, sequence, snapshot, dataAgeMs: () => nowMs() - reads.atMs() },
    async ready() {
      running ??= start();
      if (reads.atMs() === -Infinity) await running.reader.want();
      if (reads.atMs() !== -Infinity) return;
      throw new SluiceError('unreachable', 'The releases cannot be read now.', {
        remedy: 'Come back in a moment; the log of the API says what is away.',
      });
    },
    watch(watcher, after) {
      watchers.add(watcher);
      return { start: log.startAfter(after), leave: () => watchers.delete(watcher) };
    },
    async close() {
      for (const watcher of watchers) watcher.onEnd();
      watchers.clear();
      await running?.stop();
      running = undefined;
    },
  };
}

/** Reads releases into what is known of them. */
function readsInto(log: ReturnType<typeof createBoardLog>, parts: Pick<BoardFeedParts, 'read' | 'readOpen'>) {
  let readAtMs = -Infinity;

  async function readSome(ids: readonly string[], told: ReadonlySet<string>): Promise<void> {
    const found = await parts.read(ids);
    readAtMs = nowMs();
    for (const facts of found) log.take({ ...facts, readAtMs }, told.has(facts.row.id));
  }

  async function readAll(): Promise<void> {
    const found = await parts.readOpen();
    readAtMs = nowMs();
    const now = new Set(found.map(idOf));
    const gone = log
      .open()
      .map(idOf)
      .filter((id) => !now.has(id));
    for (const facts of found) log.take({ ...facts, readAtMs }, false);
    if (gone.length > 0) await readSome(gone, new Set(gone));
  }

  /** When the database was last read; never: `-Infinity`. */
  return { readSome, readAll, atMs: () => readAtMs };
}

const idOf = ({ row }: ReleaseFacts): string => row.id;

/** Not all of its gateways serve what is set yet. */
function isFollowed({ health }: ReleaseFacts): boolean {
  return (health?.audience ?? health?.weight)?.served === null;
}

interface Running {
  readonly reader: BoardReader;
  readonly stop: () => Promise<void>;
}

interface RunningParts {
  readonly reader: BoardReader;
  readonly takeSplit: (app: string, environment: string) => void;
  /** Releases whose gateways do not agree yet. */
  readonly following: () => readonly string[];
  readonly beat: () => void;
}

/** Listens, polls and beats until it is stopped. */
function run(
  { listen, pollMs, heartbeatMs }: BoardFeedParts,
  { reader, takeSplit, following, beat }: RunningParts,
): Running {
  const want = (id?: string): void => {
    void reader.want(id); // Never rejects: what fails is told to `onError`.
  };
  const listeners = listen({ release: want, split: takeSplit });
  const poll = setInterval(want, pollMs.calm).unref();
  const follow = setInterval(() => {
    const ids = following();
    if (ids.length > 0) void reader.lookAt(ids);
  }, pollMs.following).unref();
  const beating = setInterval(beat, heartbeatMs).unref();
  return {
    reader,
    async stop() {
      for (const timer of [poll, follow, beating]) clearInterval(timer);
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

/** One watcher's fault (a connection that is gone) is not another's. */
function tellAll(watchers: Iterable<BoardWatcher>, tell: (watcher: BoardWatcher) => void): void {
  for (const watcher of watchers) {
    try {
      tell(watcher);
    } catch (error) {
      throwLater(error);
    }
  }
}
