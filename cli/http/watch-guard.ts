import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import type { ApiClient } from './api-client.ts';
import { createPace } from './pace.ts';

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
    signal,
  }: {
    readonly id: string;
    readonly timeoutMs: number;
    readonly onRelease: (release: ReleaseDetail) => void;
    /** Ends the watch, by its error. */
    readonly signal: AbortSignal;
  },
): Promise<ReleaseDetail | undefined> {
  const waitForNext = createPace(timeoutMs);
  do {
    signal.throwIfAborted();
    const release = await api.get<ReleaseDetail>(`/v1/releases/${encodeURIComponent(id)}`);
    onRelease(release);
    if (release.guard?.state !== 'open') return release;
  } while (await waitForNext());
  return undefined;
}
