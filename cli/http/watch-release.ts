import { foreign } from '../output/printable.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { ApiClient } from './api-client.ts';
import { readEvents } from './read-events.ts';

export interface WatchOptions {
  readonly id: string;
  readonly timeoutMs: number;
  readonly onRelease: (release: ReleaseDetail) => void;
  /** True for a release at which watching stops although it is open: a paused one, say. */
  readonly until?: (release: ReleaseDetail) => boolean;
  /** Ends the watch, by the error of the call that it cuts off. */
  readonly signal?: AbortSignal;
  /** How long the API may be away before the release's state counts as unknown. Default 30 s. */
  readonly patienceMs?: number;
}

export type Watched =
  { readonly kind: 'ended'; readonly release: ReleaseDetail } | { readonly kind: 'timed-out' };

const reconnectMs = 1000;

const releaseSchema = z.custom<ReleaseDetail>(
  (value) => z.object({ id: z.string(), state: z.string() }).safeParse(value).success,
);

/** What an event says. Throws `unreachable` where something else than the API has written it. */
function releaseOf(data: string): ReleaseDetail {
  try {
    return releaseSchema.parse(foreign(JSON.parse(data)));
  } catch (cause) {
    throw new SluiceError('unreachable', 'an event names no release', { cause });
  }
}

async function followOnce(
  api: ApiClient,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<ReleaseDetail | undefined> {
  const stream = await api.stream(`/v1/releases/${encodeURIComponent(options.id)}/events`, signal);
  for await (const { event, data } of readEvents(stream)) {
    const release = releaseOf(data);
    options.onRelease(release);
    if (event === 'end' || options.until?.(release) === true) return release;
  }
  return undefined;
}

/** What was refused stays refused; an API that is away, or a connection that broke, may come back. */
function isRefusal(error: unknown): error is SluiceError {
  return error instanceof SluiceError && error.code !== 'unreachable' && error.code !== 'rate_limited';
}

function lostSight(id: string, cause: unknown): SluiceError {
  return new SluiceError('unreachable', `The release ${id} can no longer be followed: ${messageOf(cause)}`, {
    remedy: `A release that has started goes on by itself. Look again: sluice release watch ${id}`,
    cause,
  });
}

/**
 * Follows a release to its end, over lost connections. Returns `timed-out` when the time is over: the release goes
 * on. Throws `unreachable` where the API stays away, `not_found` for an unknown release.
 */
export async function watchRelease(api: ApiClient, options: WatchOptions): Promise<Watched> {
  const { patienceMs = 30_000, timeoutMs, onRelease, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  let awaySince: number | undefined;
  const heard = (release: ReleaseDetail): void => {
    awaySince = undefined;
    onRelease(release);
  };
  for (;;) {
    let why: unknown = new Error('its events end before the release does');
    try {
      const release = await followOnce(api, { ...options, onRelease: heard }, stop);
      if (release !== undefined) return { kind: 'ended', release };
    } catch (error) {
      if (deadline.aborted) return { kind: 'timed-out' };
      if (signal?.aborted === true || isRefusal(error)) throw error;
      why = error;
    }
    awaySince ??= performance.now();
    if (performance.now() - awaySince > patienceMs) throw lostSight(options.id, why);
    // Where the deadline cuts this short, the next attempt says so.
    await delay(reconnectMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
