import type { Ahead, SplitRefusal } from '../../config-store/gateway-view/types.ts';
import type { Counting } from '../../domain/split/split.ts';
import { isFresh } from './lease.ts';
import { refreshView, takeFromDisk, type ViewParts } from './refresh-view.ts';
import type { ServedApp } from './served-app.ts';
import { emptyView } from './view-state.ts';

/** What this gateway serves, from memory: never waits for the database. */
export interface ConfigView {
  /** Reads splits and leases anew, and loads revisions before they are served. Throws where the database is away. */
  refresh(): Promise<void>;
  /** Calls back after each attempt of that, with or without success; returns what ends it. */
  onRefreshed(listener: () => void): () => void;
  /** Takes the stable revisions from disk, and with them what nothing older may be served than. */
  startFromDisk(): Promise<void>;
  app(name: string): ServedApp | undefined;
  apps(): readonly string[];
  /** Is this an app that has no stable revision yet? */
  isInactive(name: string): boolean;
  /** Has the candidate, or what a guard compares with, been judged lately? */
  candidateIsFresh(app: ServedApp): boolean;
  /** How a split version counts, as long as it is remembered. */
  countingOf(app: string, splitVersion: number): Counting | undefined;
  /**
   * The split version that is served, by app: what the gateway acks. It is on disk by then, or could not be written, so
   * that a gateway that has acked a version does not serve an older one after a restart.
   */
  acks(): Record<string, number>;
  refusals(): Record<string, SplitRefusal>;
  /** Why the newest split of an app is not served. */
  refusalOf(app: string): SplitRefusal | undefined;
  /** The apps of which the database tells less than this gateway has served (invariant 33). */
  ahead(): Record<string, Ahead>;
  /** Since the newest answer of the database, in milliseconds; `undefined` before the first. */
  ageMs(): number | undefined;
}

/**
 * A view that keeps its last good state. A split whose revisions cannot be loaded, or that is older than one that was
 * served, is refused, with the reason, and the stable revision that was served goes on.
 */
export function createConfigView(parts: ViewParts): ConfigView {
  const state = emptyView(parts.onRefusal);
  const { served, refusals, countings, ahead, acked } = state;
  let underWay: Promise<void> = Promise.resolve();
  const listeners = new Set<() => void>();
  return {
    refresh() {
      const next = underWay
        .then(() => refreshView(parts, state))
        .finally(() => {
          for (const listener of listeners) listener();
        });
      underWay = next.catch(() => undefined);
      return next;
    },
    onRefreshed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    startFromDisk: () => takeFromDisk(parts, state),
    app: (name) => served.get(name),
    apps: () => [...served.keys()],
    isInactive: (name) => state.inactive.has(name) && !served.has(name),
    candidateIsFresh: ({ candidate, guard, lease, split }) =>
      (candidate ?? guard) !== undefined && isFresh(lease, guard?.releaseId ?? split.releaseId),
    countingOf: (app, version) => countings.of(app, version),
    acks: () => Object.fromEntries([...acked].filter(([app]) => !refusals.has(app))),
    refusals: () => Object.fromEntries(refusals),
    refusalOf: (app) => refusals.get(app),
    ahead: () => Object.fromEntries(ahead),
    ageMs: () => (state.answeredMs === undefined ? undefined : parts.clock.nowMs() - state.answeredMs),
  };
}
