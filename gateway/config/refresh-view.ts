import type { GatewayAppView, GatewayView } from '../../config-store/gateway-view/read-gateway-view.ts';
import type { SplitRefusal } from '../../config-store/gateway-view/types.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Clock } from '../clock.ts';
import { splitOfKnown, toKnown } from './known-app.ts';
import type { LastKnown } from './last-known.ts';
import { leaseOf } from './lease.ts';
import { loadRevisions, type LoadParts } from './load-revisions.ts';
import { noVersion } from './newest-served.ts';
import { formerStablesAfter, type ServedApp } from './served-app.ts';
import { refuse, refuseLost, serve, type ViewState } from './view-state.ts';

export interface ViewParts extends LoadParts {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly readView: () => Promise<Pick<GatewayView, 'apps' | 'inactive'>>;
  readonly lastKnown: LastKnown;
  readonly onRefusal: (app: string, refusal: SplitRefusal) => void;
  /** What is served could not be written to disk; it is tried again with the next refresh. */
  readonly onUnwritten: (error: unknown) => void;
}

/** Takes what the database tells. Throws where it is away. */
export async function refreshView(parts: ViewParts, state: ViewState): Promise<void> {
  const sentMs = parts.clock.nowMs();
  const polled = await parts.readView();
  state.answeredMs = parts.clock.nowMs();
  state.inactive = new Set(polled.inactive);
  for (const [app, row] of Object.entries(polled.apps)) await take(parts, state, row, { app, sentMs });
  for (const app of state.newest.apps().filter((name) => !Object.hasOwn(polled.apps, name))) {
    const lost = state.newest.aheadOf({ app, version: noVersion });
    if (lost !== undefined) refuseLost(state, app, lost);
  }
  await writeToDisk(parts, state);
  for (const [app, { split }] of state.served) state.acked.set(app, split.version);
}

async function take(
  parts: ViewParts,
  state: ViewState,
  polled: GatewayAppView,
  { app, sentMs }: { readonly app: string; readonly sentMs: number },
): Promise<void> {
  const before = state.served.get(app);
  const lease = polled.lease === undefined ? {} : { lease: leaseOf(polled.lease, sentMs, parts.clock) };
  const { split, sampling, samplesPerSecond, keepsFresh = false } = polled;
  const lost = state.newest.aheadOf(split);
  if (lost !== undefined) {
    refuseLost(state, app, lost);
    return;
  }
  state.ahead.delete(app); // Whether the newer one can be served or not.
  try {
    const revisions = await loaded(parts, before, polled);
    if (revisions === undefined) return;
    const formerStables = formerStablesAfter(before, split);
    const kept = { sampling, samplesPerSecond, keepsFresh };
    serve(state, app, { split, ...kept, ...revisions, ...lease, formerStables });
    state.unwritten ||= before?.split.version !== split.version || before.sampling !== sampling;
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'unreachable') throw error;
    refuse(state, app, split.version, error);
  }
}

/**
 * The revision that a guard compares with is nobody's right: where it cannot be served any more, all get the stable one, and
 * nothing is counted.
 */
async function loaded(
  parts: ViewParts,
  before: ServedApp | undefined,
  { split, guard }: GatewayAppView,
): ReturnType<typeof loadRevisions> {
  if (guard === undefined) return loadRevisions(parts, before, { split });
  try {
    return await loadRevisions(parts, before, { split, guard });
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'unreachable') throw error;
    return loadRevisions(parts, before, { split });
  }
}

/** A full disk keeps nobody from serving, acking and counting. */
async function writeToDisk({ lastKnown, onUnwritten }: ViewParts, state: ViewState): Promise<void> {
  if (!state.unwritten) return;
  try {
    await lastKnown.write([...[...state.served.values()].map(toKnown), ...state.unserved.values()]);
    state.unwritten = false;
  } catch (error) {
    onUnwritten(error);
  }
}

/** Takes the stable revisions from disk, and with them what nothing older may be served than. */
export async function takeFromDisk({ lastKnown, bind }: ViewParts, state: ViewState): Promise<void> {
  for (const known of await lastKnown.read()) {
    const { stable, sampling } = known;
    const split = splitOfKnown(known.split);
    state.newest.note(split);
    try {
      const bound = await bind(stable);
      state.served.set(split.app, { split, stable: bound, sampling, formerStables: new Map() });
      state.acked.set(split.app, split.version);
    } catch (error) {
      state.unserved.set(split.app, known);
      refuse(state, split.app, split.version, error);
    }
  }
}
