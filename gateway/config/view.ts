import type { GatewayAppView, GatewayView } from '../../config-store/gateway-view/read-gateway-view.ts';
import type { Refusal, StoredSplit } from '../../config-store/gateway-view/types.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { Revision } from '../../domain/revision.ts';
import type { Counting } from '../../domain/split.ts';
import type { Clock } from '../clock.ts';
import type { ServedRevision } from './bind-revision.ts';
import type { KnownApp, LastKnown } from './last-known.ts';
import { isFresh, leaseOf } from './lease.ts';
import { formerStablesAfter, type ServedApp } from './served-app.ts';

export interface ViewParts {
  readonly clock: Clock;
  readonly readView: () => Promise<Pick<GatewayView, 'apps' | 'inactive'>>;
  readonly readRevisions: (app: string, digests: readonly string[]) => Promise<readonly Revision[]>;
  readonly bind: (revision: Revision) => Promise<ServedRevision>;
  readonly lastKnown: LastKnown;
  readonly onRefusal: (app: string, refusal: Refusal) => void;
}

/** What this gateway serves, from memory: never waits for the database. */
export interface ConfigView {
  /** Reads splits and leases anew, and loads revisions before they are served. Throws where the database is away. */
  refresh(): Promise<void>;
  /** Takes the stable revisions from disk. */
  startFromDisk(): Promise<void>;
  app(name: string): ServedApp | undefined;
  apps(): readonly string[];
  /** Is this an app that has no stable revision yet? */
  isInactive(name: string): boolean;
  candidateIsFresh(app: ServedApp): boolean;
  /** How a split version counts, as long as it is remembered. */
  countingOf(app: string, splitVersion: number): Counting | undefined;
  /** The split version that is served, by app: what the gateway acks. */
  acks(): Record<string, number>;
  refusals(): Record<string, Refusal>;
  /** Why the newest split of an app is not served. */
  refusalOf(app: string): Refusal | undefined;
  /** Since the newest answer of the database, in milliseconds; `undefined` before the first. */
  ageMs(): number | undefined;
}

const countingsKept = 200;

/**
 * A view that keeps its last good state. A split whose revisions cannot be loaded is refused, with the reason, and
 * the stable revision that was served goes on.
 */
export function createConfigView(parts: ViewParts): ConfigView {
  const { clock, readView, lastKnown } = parts;
  const served = new Map<string, ServedApp>();
  const refusals = new Map<string, Refusal>();
  const countings = new Map<string, Counting>();
  let answeredMs: number | undefined;
  let unwritten = false;
  let inactive: ReadonlySet<string> = new Set();
  let underWay: Promise<void> = Promise.resolve();

  const remember = (app: string, next: ServedApp): void => {
    served.set(app, next);
    refusals.delete(app);
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
  const update = async (app: string, polled: GatewayAppView, sentMs: number): Promise<boolean> => {
    const before = served.get(app);
    const lease = polled.lease === undefined ? {} : { lease: leaseOf(polled.lease, sentMs, clock) };
    const { split, sampling } = polled;
    try {
      const revisions = await loadRevisions(parts, before, split);
      if (revisions === undefined) return false;
      const formerStables = formerStablesAfter(before, split);
      remember(app, { split, sampling, ...revisions, ...lease, formerStables });
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
    if (!unwritten) return;
    await lastKnown.write([...served.values()].map(toKnown));
    unwritten = false;
  };

  return {
    refresh() {
      const next = underWay.then(refreshOnce);
      underWay = next.catch(() => undefined);
      return next;
    },
    async startFromDisk() {
      for (const { split, stable, sampling } of await lastKnown.read()) {
        try {
          const revision = await parts.bind(stable);
          served.set(split.app, {
            split: definedSplit(split),
            stable: revision,
            sampling,
            formerStables: new Map(),
          });
        } catch (error) {
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
      const acked = [...served].filter(([app]) => !refusals.has(app));
      return Object.fromEntries(acked.map(([app, { split }]) => [app, split.version]));
    },
    refusals: () => Object.fromEntries(refusals),
    refusalOf: (app) => refusals.get(app),
    ageMs: () => (answeredMs === undefined ? undefined : clock.nowMs() - answeredMs),
  };
}

/** The revisions of a split, ready to serve; `undefined` where the app has no stable one yet. */
async function loadRevisions(
  { readRevisions, bind }: ViewParts,
  before: ServedApp | undefined,
  { app, stable, candidate }: StoredSplit,
): Promise<Pick<ServedApp, 'stable' | 'candidate'> | undefined> {
  if (stable === undefined) return undefined;
  const loaded = new Map<string, ServedRevision>(before?.formerStables);
  for (const revision of [before?.stable, before?.candidate]) {
    if (revision !== undefined) loaded.set(revision.digest, revision);
  }
  const wanted = candidate === undefined ? [stable] : [stable, candidate];
  const missing = wanted.filter((digest) => !loaded.has(digest));
  const rows = missing.length === 0 ? [] : await readRevisions(app, missing);
  for (const row of rows) loaded.set(row.digest, await bind(row));
  const take = (digest: string): ServedRevision => {
    const revision = loaded.get(digest);
    if (revision !== undefined) return revision;
    throw new SluiceError('not_found', `The revision ${digest} of ${app} is not in the database.`);
  };
  return { stable: take(stable), ...(candidate === undefined ? {} : { candidate: take(candidate) }) };
}

/** What goes on being served while a newer split is refused: stable only, for nobody judges the rest. */
function withoutCandidate({ candidate: _candidate, lease: _lease, ...rest }: ServedApp): ServedApp {
  return rest;
}

function reasonOf(error: unknown): string {
  const remedy = error instanceof SluiceError && error.remedy !== undefined ? ` ${error.remedy}` : '';
  return `${messageOf(error)}${remedy}`;
}

function toKnown({ split, stable, sampling }: ServedApp): KnownApp {
  const { app, digest, label, content } = stable;
  const { include, exclude, ...rest } = split;
  return {
    split: { ...rest, stable: digest, include: [...include], exclude: [...exclude] },
    stable: { app, digest, label, content },
    sampling,
  };
}

/** A split as it was on disk: optional fields are there or are not. */
function definedSplit({ candidate, counting, releaseId, ...rest }: KnownApp['split']): StoredSplit {
  return {
    ...rest,
    ...(candidate === undefined ? {} : { candidate }),
    ...(counting === undefined ? {} : { counting }),
    ...(releaseId === undefined ? {} : { releaseId }),
  };
}
