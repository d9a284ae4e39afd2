import type { HeardRow, LiveState } from './live-state.ts';

/** How fresh what is shown is: `connecting` before anything was heard, and then not for longer than it may take. */
export type Freshness =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly ageMs: number }
  | { readonly kind: 'stale'; readonly ageMs: number | undefined };

/** By this machine's clock; `sinceMs` is when the page began to listen. */
export function freshnessOf(state: LiveState, sinceMs: number, nowMs: number): Freshness {
  const { freshMs, staleAfterMs } = state;
  if (freshMs === undefined) {
    return nowMs - sinceMs > staleAfterMs ? { kind: 'stale', ageMs: undefined } : { kind: 'connecting' };
  }
  const ageMs = Math.max(0, nowMs - freshMs);
  return ageMs > staleAfterMs ? { kind: 'stale', ageMs } : { kind: 'live', ageMs };
}

/** How old what is known of a release is: as old as it was when it was read, and since then. Closed ones stay as they are. */
export function liveAgeMs({ row, heardMs }: HeardRow, nowMs: number): number | undefined {
  if (row.liveAgeMs === undefined) return undefined;
  return row.liveAgeMs + Math.max(0, nowMs - heardMs);
}

/** Is a release's live state too old to be shown as good, although the stream lives? */
export function isStaleRow(heard: HeardRow, staleAfterMs: number, nowMs: number): boolean {
  const ageMs = liveAgeMs(heard, nowMs);
  return ageMs !== undefined && ageMs > staleAfterMs;
}

/** The newer of what a request and what the stream have told of a release. */
export function newest(asked: HeardRow, streamed: HeardRow | undefined): HeardRow {
  if (streamed === undefined) return asked;
  const changedLater = Date.parse(streamed.row.updatedAt) - Date.parse(asked.row.updatedAt);
  return (changedLater || knownMs(streamed) - knownMs(asked)) >= 0 ? streamed : asked;
}

/** When it was so, by this machine's clock. */
function knownMs({ row: { liveAgeMs = 0 }, heardMs }: HeardRow): number {
  return heardMs - liveAgeMs;
}
