import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import type { ReleaseView } from '../../api/schemas/dashboard/release-view.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { ApiClient } from '../http/api-client.ts';
import { releaseBlock, releaseLine } from '../output/describe-release.ts';
import type { LiveBlock } from '../output/live-block.ts';
import type { Paint } from '../output/style.ts';
import { changeLine } from './change-line.ts';
import { viewLines } from './view-lines.ts';

interface ReadView {
  readonly view: ReleaseView;
  readonly readAtMs: number;
}

export interface FollowedView {
  /** Something has happened to it: reads it again, and shows it. */
  changed(release: ReleaseDetail): void;
  /** Gives what stands at the end: read once more, as the release has changed last. */
  last(): Promise<ReadView | undefined>;
  /** Shows nothing any more. */
  stop(): void;
}

export interface Following {
  readonly api: Pick<ApiClient, 'get'>;
  readonly id: string;
  readonly live: LiveBlock;
  readonly paint: Paint;
}

const [readEveryMs, drawEveryMs] = [5_000, 1_000];

/** The page of a release, as the server sees it. Throws as the client does; `not_found` also by a server that has none. */
function readView(api: Pick<ApiClient, 'get'>, id: string): Promise<ReleaseView> {
  return api.get<ReleaseView>(`/v1/releases/${encodeURIComponent(id)}/view`);
}

/**
 * Shows a release while it is watched: as its page says, which is read with each change and every five seconds, and drawn
 * again every second, for its age is part of it. By a server that has no such page, as its status says.
 */
export function followView({ api, id, live, paint }: Following): FollowedView {
  let read: ReadView | undefined;
  let hasNoPage = false;
  let reading: Promise<void> | undefined;
  let isBehind = false;
  let isOver = false;
  /** What came while it was not known whether there is a page. */
  let unshown: ReleaseDetail[] = [];
  const draw = (): void => {
    if (!isOver && read !== undefined) show(read, live, paint);
  };
  const showPlainly = (): void => {
    if (isOver) return;
    for (const release of unshown) live.show(releaseBlock(release, paint), releaseLine(release, paint));
    unshown = [];
  };
  const readOnce = async (): Promise<void> => {
    try {
      const view = await readView(api, id);
      read = { view, readAtMs: performance.now() };
      unshown = [];
      draw();
    } catch (error) {
      // What was read last stays, and grows old where everybody sees it; whether the API is away, the events tell.
      if (!(error instanceof SluiceError) || error.code !== 'not_found') return;
      hasNoPage = true;
      showPlainly();
    }
  };
  /** One at a time; what changes meanwhile is read by the next one, whatever number of changes that were. */
  const readAgain = (): Promise<void> => {
    isBehind = true;
    reading ??= (async () => {
      while (isBehind && !hasNoPage) {
        isBehind = false;
        await readOnce();
      }
      reading = undefined;
    })();
    return reading;
  };
  const stopTimers = every([readEveryMs, () => read !== undefined && void readAgain()], [drawEveryMs, draw]);
  return {
    changed(release) {
      unshown.push(release);
      if (hasNoPage) showPlainly();
      else void readAgain();
    },
    async last() {
      await readAgain();
      return read;
    },
    stop() {
      isOver = true;
      stopTimers();
    },
  };
}

/** Does each again and again, until what it returns is called. */
function every(...all: (readonly [number, () => unknown])[]): () => void {
  const timers = all.map(([ms, does]) => setInterval(does, ms));
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

function show({ view, readAtMs }: ReadView, live: LiveBlock, paint: Paint): void {
  const { line, about } = changeLine(view);
  const room = live.room();
  const sinceReadMs = performance.now() - readAtMs;
  const block = room === undefined ? '' : viewLines(view, { ...room, sinceReadMs, paint }).join('\n');
  live.show(block, line, about);
}
