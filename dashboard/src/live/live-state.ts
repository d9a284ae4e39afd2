import type { DashboardEvent, ReleaseLine } from '../api/types.ts';

/** A row, and when this machine heard of it. */
export interface HeardRow {
  readonly row: ReleaseLine;
  readonly heardMs: number;
}

/** What the stream has told so far, by this machine's clock. */
export interface LiveState {
  readonly sequence: number | undefined;
  /** When what the API says was last known to be so: undefined before the first snapshot. */
  readonly freshMs: number | undefined;
  readonly staleAfterMs: number;
  readonly releases: ReadonlyMap<string, HeardRow>;
}

/** What is older is not shown as good, whatever it says; the snapshot says the same number. */
const staleAfterMs = 45_000;

export const nothingHeard: LiveState = {
  sequence: undefined,
  freshMs: undefined,
  staleAfterMs,
  releases: new Map(),
};

/** Does an event go on from what was heard? Where it does not, something was missed: a snapshot has to come first. */
export function continues(state: LiveState, event: DashboardEvent): boolean {
  if (event.kind === 'snapshot') return true;
  if (state.sequence === undefined) return false;
  // A heartbeat also stands for a change of what this token does not see.
  const repeats = event.kind === 'heartbeat' && event.sequence === state.sequence;
  return repeats || event.sequence === state.sequence + 1;
}

/** The state after an event that goes on from it. Pure. */
export function hear(state: LiveState, event: DashboardEvent, heardMs: number): LiveState {
  const heard = { ...state, sequence: event.sequence, freshMs: heardMs };
  switch (event.kind) {
    case 'snapshot':
      return {
        ...heard,
        // A server may be stricter, and never laxer: what this page promises holds with any.
        staleAfterMs: Math.min(event.staleAfterMs, staleAfterMs),
        releases: new Map(event.releases.map((row) => [row.id, { row, heardMs }])),
      };
    case 'release':
      return {
        ...heard,
        releases: new Map(state.releases).set(event.release.id, { row: event.release, heardMs }),
      };
    case 'app':
      return heard;
    case 'heartbeat':
      // An API that lives and does not reach its database knows nothing new.
      return { ...heard, freshMs: Math.max(state.freshMs ?? 0, heardMs - event.dataAgeMs) };
  }
}
