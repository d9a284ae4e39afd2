import type { Ahead, SplitRefusal } from '../../config-store/gateway-view/types.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { createCountings, type Countings } from './countings.ts';
import type { KnownApp } from './last-known.ts';
import { createNewestServed, wentBack, type NewestServed } from './newest-served.ts';
import type { ServedApp } from './served-app.ts';

/** What a gateway serves now, by app, and what it knows beside. */
export interface ViewState {
  readonly served: Map<string, ServedApp>;
  readonly refusals: Map<string, SplitRefusal>;
  readonly countings: Countings;
  readonly newest: NewestServed;
  readonly ahead: Map<string, Ahead>;
  /** The split versions that are on disk, or that could not be written. */
  readonly acked: Map<string, number>;
  /** On disk, and not to be served: they stay there, for what they say of the newest version. */
  readonly unserved: Map<string, KnownApp>;
  readonly onRefusal: (app: string, refusal: SplitRefusal) => void;
  /** When the database answered last, by the gateway's clock; absent before the first time. */
  answeredMs?: number;
  /** Something is served that is not on disk yet. */
  unwritten: boolean;
  /** Apps that have no stable revision yet. */
  inactive: ReadonlySet<string>;
}

/** Nothing is served before the database or the disk has told of it. */
export function emptyView(onRefusal: ViewState['onRefusal']): ViewState {
  return {
    ...{ served: new Map(), refusals: new Map(), ahead: new Map(), acked: new Map(), unserved: new Map() },
    ...{ countings: createCountings(), newest: createNewestServed() },
    ...{ onRefusal, unwritten: false, inactive: new Set() },
  };
}

/** From now on this is served of an app. */
export function serve(state: ViewState, app: string, next: ServedApp): void {
  state.served.set(app, next);
  state.newest.note(next.split);
  state.countings.note(next);
  state.unserved.delete(app);
  state.refusals.delete(app);
  state.ahead.delete(app);
}

/** The stable revision that was served goes on; that a version is refused is told once. */
export function refuse(state: ViewState, app: string, version: number, error: unknown): void {
  const refusal = { version, reason: reasonOf(error) };
  if (state.refusals.get(app)?.version !== version) state.onRefusal(app, refusal);
  state.refusals.set(app, refusal);
  const before = state.served.get(app);
  if (before !== undefined) state.served.set(app, withoutCandidate(before));
}

/** Refuses what the database tells where this gateway has served something newer. */
export function refuseLost(state: ViewState, app: string, lost: Ahead): void {
  state.ahead.set(app, lost);
  refuse(state, app, lost.told, wentBack(app, lost));
}

/** What goes on being served while a newer split is refused: stable only, for nobody judges the rest. */
function withoutCandidate({
  candidate: _candidate,
  guard: _guard,
  lease: _lease,
  ...rest
}: ServedApp): ServedApp {
  return rest;
}

function reasonOf(error: unknown): string {
  const remedy = error instanceof SluiceError && error.remedy !== undefined ? ` ${error.remedy}` : '';
  return `${messageOf(error)}${remedy}`;
}
