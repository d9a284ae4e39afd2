import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';
import type { ServedApp } from '../config/served-app.ts';
import type { ConfigView } from '../config/view.ts';
import { keepDoing } from '../keep-doing.ts';
import { mayDo, type Caller } from '../callers/caller.ts';
import type { Clock } from '../clock.ts';
import type { SplitTokens } from './split-tokens.ts';
import { wireLeaseOf, wireRevisionsOf, wireSplitOf } from './wire-split.ts';

/** Between two events of a stream at most. */
const intervalMs = 1_000;
/**
 * After that a stream ends, and its reader asks for another one: by then two monotonic clocks differ by a few hundredths of
 * a second, and readers spread over the gateways that there are.
 */
const longestMs = 10 * 60_000;
/** A reader that takes nothing for so many events is given up. */
const patience = 15;

export interface SplitStreamParts {
  readonly clock: Clock;
  readonly view: ConfigView;
  readonly tokens: Pick<SplitTokens, 'sign'>;
  /** Does this gateway still know who asked: was the key not revoked? */
  readonly isKnown: (caller: Caller) => boolean;
  readonly onFailure: (error: unknown) => void;
}

interface Reader {
  readonly app: string;
  readonly caller: Caller;
  readonly response: ServerResponse;
  /** By the gateway's clock, when its request came: what its events' times are counted from. */
  readonly sinceMs: number;
  /** What it was told last of which revision is served when. */
  told: string;
  untaken: number;
}

/** Streams of splits to those who decide by them themselves. */
export interface SplitStreams {
  /**
   * Tells what is served of an app, and every change of it, until the reader leaves, its key is revoked, its time is
   * over, or this stops. Throws `unreachable` where it has.
   */
  open(reader: Pick<Reader, 'app' | 'caller' | 'response'>): Promise<void>;
  /** Ends all of them: their readers go to another gateway. */
  stop(): void;
}

/**
 * Server-sent events, as WHATWG's HTML has them: `split` at the beginning and with each change, else `lease`, every second,
 * whatever becomes of the database; `end`. `atMs` says when one was sent, in milliseconds since the request came: who counts
 * from before he sent that never takes a lease for younger than it is, however long an event was under way.
 */
export function createSplitStreams({
  clock,
  view,
  tokens,
  isKnown,
  onFailure,
}: SplitStreamParts): SplitStreams {
  const readers = new Set<Reader>();
  const state = { stopped: false };
  const tellAll = (): Promise<void> => {
    for (const reader of readers) tell(reader);
    return Promise.resolve();
  };
  const tell = (reader: Reader): void => {
    const atMs = clock.nowMs() - reader.sinceMs;
    // What waits for it is not for it any more.
    if (!isKnown(reader.caller)) reader.response.destroy();
    else if (atMs > longestMs) end(reader, atMs);
    else if (reader.response.writableNeedDrain) giveUp(reader);
    else write(reader, atMs, view.app(reader.app));
  };
  const write = (reader: Reader, atMs: number, served: ServedApp | undefined): void => {
    reader.untaken = 0;
    if (served === undefined) return;
    const split = wireSplitOf(served);
    const revisions = wireRevisionsOf(served, mayDo(reader.caller, 'prompts'));
    const lease = wireLeaseOf(served);
    const told = JSON.stringify([split, Object.keys(revisions)]);
    if (told === reader.told) {
      send(reader, 'lease', { atMs, version: split.version, lease });
      return;
    }
    reader.told = told;
    send(reader, 'split', { atMs, split, revisions, lease, token: tokens.sign(split) });
  };
  const end = (reader: Reader, atMs: number): void => {
    readers.delete(reader);
    send(reader, 'end', { atMs });
    reader.response.end();
  };
  const ticks = keepDoing(tellAll, { clock, intervalMs, onFailure });
  const forget = view.onRefreshed(ticks.soon);
  return {
    async open(opened) {
      if (state.stopped) throw isStopping();
      const { response } = opened;
      const reader = { ...opened, sinceMs: clock.nowMs(), told: '', untaken: 0 };
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      readers.add(reader);
      tell(reader);
      if (!response.closed) await once(response, 'close');
      readers.delete(reader);
    },
    stop() {
      state.stopped = true;
      forget();
      ticks.stop();
      for (const reader of readers) end(reader, clock.nowMs() - reader.sinceMs);
    },
  };
}

function send({ response }: Reader, event: string, data: object): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** On a connection that was open already: nothing would end its stream any more. */
function isStopping(): SluiceError {
  return new SluiceError('unreachable', 'This gateway is stopping.', { remedy: 'Ask another one.' });
}

/** What waits here already is old by the time that it is read: nothing is put on top of it. */
function giveUp(reader: Reader): void {
  reader.untaken += 1;
  if (reader.untaken > patience) reader.response.destroy();
}
