import { randomUUID } from 'node:crypto';
import { requireKnownKey } from '../program/data-keys.ts';
import { messageOf } from '../domain/errors.ts';
import { packageVersion } from '../program/package-version.ts';
import { createBodyBudget, type BodyBudget } from './body-budget.ts';
import { createKnownKeys, type KnownKeys } from './callers/known-keys.ts';
import { bindOnce } from './config/bind-once.ts';
import { bindRevision } from './config/bind-revision.ts';
import type { GatewayStore } from './config/connect-store.ts';
import { createFingerprint, type FingerprintNotes } from './config/fingerprint.ts';
import { createLastKnown } from './config/last-known.ts';
import { startSync } from './config/sync.ts';
import { createConfigView, type ConfigView } from './config/view.ts';
import type { GatewayParts, StartSettings } from './gateway-parts.ts';
import { createTelemetry, type Telemetry } from './telemetry/telemetry.ts';

/** What goes on whether requests come or not: splits and keys are read, counts and samples written. */
export interface Background {
  readonly bootId: string;
  readonly store: GatewayStore;
  readonly bind: ReturnType<typeof bindOnce>;
  readonly bodies: BodyBudget;
  readonly view: ConfigView;
  readonly keys: KnownKeys;
  readonly fingerprint: FingerprintNotes;
  readonly telemetry: Telemetry;
  /** Logs and counts that something of it has failed. */
  readonly onFailure: (what: string) => (error: unknown) => void;
  /** Reads no more, writes the last counts and says goodbye; the store stays open. */
  stop(): Promise<void>;
}

/** Starts it from the store or, where that is away, from disk. Throws where samples are sealed by keys that are not here. */
export async function startBackground(settings: StartSettings, parts: GatewayParts): Promise<Background> {
  const { environment, gatewayId, dataKeys, bound, stateDirectory } = settings;
  const { clock, connect } = parts;
  const bootId = randomUUID();
  const store = connect({ gatewayId, bootId, environment });
  const bind = bindOnce((revision) => bindRevision(revision, bound));
  const { view, bodies, telemetry, onFailure } = createCounted(settings, parts, { store, bind });
  const keys = createKnownKeys({
    directory: stateDirectory,
    environment,
    read: (known) => store.readKeys(known),
  });
  const fingerprint = createFingerprint(bound.binding, packageVersion());
  const { charged, feedbackUnits } = telemetry;
  const [sync, knownKeys] = await Promise.all([
    startSync({ settings, clock, view, keys, store, fingerprint, charged, feedbackUnits, onFailure }),
    // A database that is away is no reason not to start.
    store.sampleKeyIds().catch((error: unknown) => {
      onFailure('data keys')(error);
      return [];
    }),
  ]);
  const stop = () => sync.stop(() => telemetry.stop());
  try {
    requireKnownKey(dataKeys, knownKeys);
  } catch (error) {
    await stop();
    await store.close();
    throw error;
  }
  return { bootId, store, bind, bodies, view, keys, fingerprint, telemetry, onFailure, stop };
}

/** The view and what counts by it: each tells the other's failures. */
function createCounted(
  settings: StartSettings,
  { clock, log }: GatewayParts,
  { store, bind }: Pick<Background, 'store' | 'bind'>,
): Pick<Background, 'view' | 'bodies' | 'telemetry' | 'onFailure'> {
  const { environment, dataKeys, freshKeys } = settings;
  const bodies = createBodyBudget(settings.bodiesInFlightBytes);
  const view = createConfigView({
    clock,
    readView: () => store.readView(),
    readRevisions: (app, digests) => store.readRevisions(app, digests),
    bind,
    lastKnown: createLastKnown({ directory: settings.stateDirectory, environment }),
    onRefusal: (app, refusal) => {
      log.error({ app, ...refusal }, 'a split is refused');
    },
    onUnwritten: (error) => {
      onFailure('disk')(error);
    },
  });
  const onFailure = (what: string) => (error: unknown) => {
    telemetry.metrics.backgroundFailure(what);
    log.warn({ what, error: messageOf(error) }, 'background work failed');
  };
  const onPoison = (facts: Record<string, unknown>, error: unknown): void => {
    log.error({ ...facts, error: messageOf(error) }, 'a row that the database refuses was dropped');
  };
  const telemetry = createTelemetry({
    clock,
    dataKeys,
    freshKeys,
    environment,
    view,
    bodies,
    store,
    onFailure,
    onPoison,
  });
  return { view, bodies, telemetry, onFailure };
}
