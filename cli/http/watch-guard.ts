import { setTimeout as delay } from 'node:timers/promises';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import type { ApiClient } from './api-client.ts';

const everyMs = 2_000;

/**
 * Follows a promoted release to the end of its guard. Undefined when the time is over: the guard goes on. Throws as
 * `ApiClient.get` does.
 */
export async function watchGuard(
  api: ApiClient,
  {
    id,
    timeoutMs,
    onRelease,
  }: {
    readonly id: string;
    readonly timeoutMs: number;
    readonly onRelease: (release: ReleaseDetail) => void;
  },
): Promise<ReleaseDetail | undefined> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const release = await api.get<ReleaseDetail>(`/v1/releases/${encodeURIComponent(id)}`);
    onRelease(release);
    if (release.guard?.state !== 'open') return release;
    if (performance.now() >= endMs) return undefined;
    await delay(Math.min(everyMs, Math.max(1, endMs - performance.now())));
  }
}
