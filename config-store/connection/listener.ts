import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { SluiceError } from '../../domain/errors.ts';
import { connectionSettings } from './create-pool.ts';
import { translateError } from './translate-error.ts';

export type Channel = 'sluice_split' | 'sluice_release';

export interface ListenerOptions {
  readonly url: string;
  readonly channel: Channel;
  /** A notification, with its payload. */
  readonly onNotification: (payload: string) => void;
  /** The listener hears from now on; what happened before must be read. Also after every reconnection. */
  readonly onListening: () => void;
  /** The connection was lost or cannot be made; it is tried again. */
  readonly onError: (error: unknown) => void;
}

export interface Listener {
  /** Ends the connection; nothing is called afterwards. */
  close(): Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Listens on a connection of its own, which it makes anew whenever it breaks: after 0.1 s, then twice as long, up to 5 s. */
export function listen(options: ListenerOptions): Listener {
  const closing = new AbortController();
  const ended = keepListening(options, closing.signal);
  return {
    close: async () => {
      closing.abort();
      await ended;
    },
  };
}

async function keepListening(options: ListenerOptions, signal: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs;
  const startAgain = () => {
    pauseMs = firstPauseMs;
    options.onListening();
  };
  while (!signal.aborted) {
    try {
      await listenOnce({ ...options, onListening: startAgain }, signal);
    } catch (error) {
      if (!isAborted(signal)) options.onError(translateError(error));
    }
    // Half of the pause is chance, so that many gateways do not come back at the same moment.
    await pause(pauseMs * (0.5 + Math.random() / 2), signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** A closing that happened while something was awaited: the compiler believes that it still sees the value from before. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!isAborted(signal)) throw error;
  }
}

/** Listens until the connection breaks (throws) or the signal says so (returns). */
async function listenOnce(options: ListenerOptions, signal: AbortSignal): Promise<void> {
  const client = new Client(connectionSettings(options.url, `sluice-listen-${options.channel}`));
  const broken = new Promise<never>((_resolve, reject) => {
    client.on('error', reject);
    client.on('end', () => {
      reject(new SluiceError('unreachable', 'PostgreSQL has ended the connection that listens for changes.'));
    });
  });
  const { promise: closed, resolve: close } = Promise.withResolvers<undefined>();
  const follow = (): void => {
    close(undefined);
  };
  signal.addEventListener('abort', follow);
  client.on('notification', ({ payload }) => {
    if (!signal.aborted) options.onNotification(payload ?? '');
  });
  try {
    await Promise.race([client.connect(), broken]);
    await client.query(`listen ${options.channel}`);
    if (!isAborted(signal)) options.onListening();
    await Promise.race([broken, closed]);
  } finally {
    signal.removeEventListener('abort', follow); // The signal outlives this connection, and many after it.
    broken.catch(() => undefined);
    await client.end().catch(() => undefined);
  }
}
