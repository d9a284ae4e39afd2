import type { GatewayAppView, GatewayView } from '../../config-store/gateway-view/read-gateway-view.ts';
import type { Ahead, SplitRefusal } from '../../config-store/gateway-view/types.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { Counting } from '../../domain/split/split.ts';
import type { Clock } from '../clock.ts';
import { splitOfKnown, toKnown } from './known-app.ts';
import type { KnownApp, LastKnown } from './last-known.ts';
import { isFresh, leaseOf } from './lease.ts';
import { loadRevisions, type LoadParts } from './load-revisions.ts';
import { createNewestServed, noVersion, wentBack } from './newest-served.ts';
import { formerStablesAfter, type ServedApp } from './served-app.ts';

export interface ViewParts extends LoadParts {
  readonly clock: Clock;
  readonly readView: () => Promise<Pick<GatewayView, 'apps' | 'inactive'>>;
  readonly lastKnown: LastKnown;
  readonly onRefusal: (app: string, refusal: SplitRefusal) => void;
  /** What is served could not be written to disk; it is tried again with the next refresh. */
  readonly onUnwritten: (error: unknown) => void;
}

/** What this gateway serves, from memory: never waits for the database. */
export interface ConfigView {
  /** Reads splits and leases anew, and loads revisions before they are served. Throws where the database is away. */
  refresh(): Promise<void>;
  /** Takes the stable revisions from disk, and with them what nothing older may be served than. */
  startFromDisk(): Promise<void>;
  app(name: string): ServedApp | undefined;
  apps(): readonly string[];
  /** Is this an app that has no stable revision yet? */
  isInactive(name: string): boolean;
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

const countingsKept = 200;

/**
 * A view that keeps its last good state. A split whose revisions cannot be loaded, or that is older than one that was
 * served, is refused, with the reason, and the stable revision that was served goes on.
 */
export function createConfigView(parts: ViewParts): ConfigView {
  const { clock, readView, lastKnown } = parts;
  const served = new Map<string, ServedApp>();
  const refusals = new Map<string, SplitRefusal>();
  const countings = new Map<string, Counting>();
  const newest = createNewestServed();
  const ahead = new Map<string, Ahead>();
  const acked = new Map<string, number>();
  /** On disk, and not to be served: they stay there, for what they say of the newest version. */
  const unserved = new Map<string, KnownApp>();
  let answeredMs: number | undefined;
  let unwritten = false;
  let inactive: ReadonlySet<string> = new Set();
  let underWay: Promise<void> = Promise.resolve();

  const remember = (app: string, next: ServedApp): void => {
    served.set(app, next);
    newest.note(next.split);
    unserved.delete(app);
    refusals.delete(app);
    ahead.delete(app);
    if (next.split.counting === undefined) return;
    countings.set(`${app}/${next.split.version}`, next.split.counting);
    for (const key of [...countings.keys()].slice(0, -countingsKept)) countings.delete(key);
  };
  const refuse = (app: string, version: number, error: unknown): void => {
    const refusal = { version, reason: reasonOf(error) };
    if (refusals.get(app)?.version !== version) parts.onRefusal(app, refusal);
    refusals.set(app, refusal);
    const before = served.get(app);
    if (before !== undefined) served.set(app, withoutCandidate(before));
  };
  const refuseLost = (app: string, lost: Ahead): void => {
    ahead.set(app, lost);
    refuse(app, lost.told, wentBack(app, lost));
  };
  const update = async (app: string, polled: GatewayAppView, sentMs: number): Promise<boolean> => {
    const before = served.get(app);
    const lease = polled.lease === undefined ? {} : { lease: leaseOf(polled.lease, sentMs, clock) };
    const { split, sampling, samplesPerSecond, keepsFresh = false } = polled;
    const lost = newest.aheadOf(split);
    if (lost !== undefined) {
      refuseLost(app, lost);
      return false;
    }
    ahead.delete(app); // Whether the newer one can be served or not.
    try {
      const revisions = await loadRevisions(parts, before, split);
      if (revisions === undefined) return false;
      const formerStables = formerStablesAfter(before, split);
      const kept = { sampling, samplesPerSecond, keepsFresh };
      remember(app, { split, ...kept, ...revisions, ...lease, formerStables });
      return before?.split.version !== split.version || before.sampling !== sampling;
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'unreachable') throw error;
      refuse(app, split.version, error);
      return false;
    }
  };
  const refreshOnce = async (): Promise<void> => {
    const sentMs = clock.nowMs();
    const polled = await readView();
    answeredMs = clock.nowMs();
    inactive = new Set(polled.inactive);
    for (const [app, row] of Object.entries(polled.apps))
      unwritten = (await update(app, row, sentMs)) || unwritten;
    for (const app of newest.apps().filter((name) => !Object.hasOwn(polled.apps, name))) {
      const lost = newest.aheadOf({ app, version: noVersion });
      if (lost !== undefined) refuseLost(app, lost);
    }
    try {
      if (unwritten) await lastKnown.write([...[...served.values()].map(toKnown), ...unserved.values()]);
      unwritten = false;
    } catch (error) {
      parts.onUnwritten(error); // A full disk keeps nobody from serving, acking and counting.
    }
    for (const [app, { split }] of served) acked.set(app, split.version);
  };

  return {
    refresh() {
      const next = underWay.then(refreshOnce);
      underWay = next.catch(() => undefined);
      return next;
    },
    async startFromDisk() {
      for (const known of await lastKnown.read()) {
        const { stable, sampling } = known;
        const split = splitOfKnown(known.split);
        newest.note(split);
        try {
          served.set(split.app, {
            split,
            stable: await parts.bind(stable),
            sampling,
            formerStables: new Map(),
          });
          acked.set(split.app, split.version);
        } catch (error) {
          unserved.set(split.app, known);
          refuse(split.app, split.version, error);
        }
      }
    },
    app: (name) => served.get(name),
    apps: () => [...served.keys()],
    isInactive: (name) => inactive.has(name) && !served.has(name),
    candidateIsFresh: ({ candidate, lease, split }) =>
      candidate !== undefined && isFresh(lease, split.releaseId),
    countingOf: (app, version) => countings.get(`${app}/${version}`),
    acks: () => {
      return Object.fromEntries([...acked].filter(([app]) => !refusals.has(app)));
    },
    refusals: () => Object.fromEntries(refusals),
    refusalOf: (app) => refusals.get(app),
    ahead: () => Object.fromEntries(ahead),
    ageMs: () => (answeredMs === undefined ? undefined : clock.nowMs() - answeredMs),
  };
}

/** What goes on being served while a newer split is refused: stable only, for nobody judges the rest. */
function withoutCandidate({ candidate: _candidate, lease: _lease, ...rest }: ServedApp): ServedApp {
  return rest;
}

function reasonOf(error: unknown): string {
  const remedy = error instanceof SluiceError && error.remedy !== undefined ? ` ${error.remedy}` : '';
  return `${messageOf(error)}${remedy}`;
}
