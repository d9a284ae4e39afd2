import type { DashboardEvent } from '../api/types.ts';
import { readEvents } from './read-events.ts';

/** Two heartbeats and a little: who is silent for longer is gone, whatever the connection says. */
const silentMs = 35_000;
const firstWaitMs = 500;
const longestWaitMs = 10_000;

export interface StreamParts {
  readonly token: string;
  /** `false`: something was missed before it, and a new connection has to begin with a snapshot. */
  readonly onEvent: (event: DashboardEvent) => boolean;
  readonly signal: AbortSignal;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** One connection, until it ends, breaks, or is silent for too long. Resolves to whether it has told anything. */
async function listenOnce({ token, onEvent, signal }: StreamParts): Promise<boolean> {
  const silent = new AbortController();
  let timer = setTimeout(() => {
    silent.abort();
  }, silentMs);
  const onSign = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent.abort();
    }, silentMs);
  };
  let told = false;
  try {
    const response = await fetch('/v1/events', {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silent.signal]),
      cache: 'no-store',
    });
    if (!response.ok || response.body === null) return false;
    for await (const { data } of readEvents(response.body, onSign)) {
      told = true;
      if (!onEvent(JSON.parse(data) as DashboardEvent)) break;
    }
  } catch {
    // The way is away, or we were told to stop: the next try, or the age that is shown, says so.
  } finally {
    clearTimeout(timer);
  }
  return told;
}

/** Follows the API's events until it is told to stop; after a break it comes back, later each time it fails. */
export async function followEvents(parts: StreamParts): Promise<void> {
  let waitMs = firstWaitMs;
  while (!parts.signal.aborted) {
    const told = await listenOnce(parts);
    waitMs = told ? firstWaitMs : Math.min(waitMs * 2, longestWaitMs);
    // Many pages whose API starts again do not all come at once.
    await pause(waitMs * (0.5 + Math.random()), parts.signal);
  }
}
