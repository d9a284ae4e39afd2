import { setTimeout as delay } from 'node:timers/promises';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { ApiClient } from './api-client.ts';

export interface WatchOptions {
  id: string;
  timeoutMs: number;
  onRelease: (release: ReleaseDetail) => void;
  /** True for a release at which watching stops although it is open: a paused one, say. */
  until?: (release: ReleaseDetail) => boolean;
}

const reconnectMs = 1000;
/** How long the API may be away before its state counts as unknown. */
const patienceMs = 30_000;

/** The events of a stream, each as its name and its data. */
async function* readEvents(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }> {
  let buffer = '';
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>) {
    buffer += chunk;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const lines = buffer.slice(0, end).split('\n');
      buffer = buffer.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined) yield { event: field('event') ?? 'message', data };
    }
  }
}

async function followOnce(
  api: ApiClient,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<ReleaseDetail | undefined> {
  const stream = await api.stream(`/v1/releases/${encodeURIComponent(options.id)}/events`, signal);
  for await (const { event, data } of readEvents(stream)) {
    const release = JSON.parse(data) as ReleaseDetail;
    options.onRelease(release);
    if (event === 'end' || options.until?.(release) === true) return release;
  }
  return undefined;
}

/**
 * Follows a release to its end, over lost connections. Returns `timed-out` when the time is over: the release goes
 * on. Throws `unreachable` where the API stays away, `not_found` for an unknown release.
 */
export async function watchRelease(
  api: ApiClient,
  options: WatchOptions,
): Promise<{ kind: 'ended'; release: ReleaseDetail } | { kind: 'timed-out' }> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  let heardAt = performance.now();
  for (;;) {
    try {
      const release = await followOnce(api, options, deadline);
      if (release !== undefined) return { kind: 'ended', release };
      heardAt = performance.now();
    } catch (error) {
      if (deadline.aborted) return { kind: 'timed-out' };
      const refused = error instanceof SluiceError && error.code !== 'unreachable';
      if (refused || performance.now() - heardAt > patienceMs) throw error;
    }
    await delay(reconnectMs);
  }
}
