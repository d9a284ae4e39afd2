import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { requireKnownKey } from '../program/data-keys.ts';
import { messageOf } from '../domain/errors.ts';
import { packageVersion } from '../program/package-version.ts';
import type { UncaughtFault } from '../program/survive-faults.ts';
import { createAdminServer } from './admin-server.ts';
import { createBodyBudget } from './body-budget.ts';
import { createOutcomeReports } from './assign/outcomes.ts';
import { createUsedAssignments } from './assign/used-assignments.ts';
import { createIdentify } from './callers/identify.ts';
import { createKnownKeys } from './callers/known-keys.ts';
import { createQuotas } from './callers/quotas.ts';
import { createWrongKeys } from './callers/wrong-keys.ts';
import { bindOnce } from './config/bind-once.ts';
import { bindRevision } from './config/bind-revision.ts';
import type { GatewayStore, Identity } from './config/connect-store.ts';
import { createFingerprint } from './config/fingerprint.ts';
import { createLastKnown } from './config/last-known.ts';
import { createPinnedRevisions } from './config/pinned-revisions.ts';
import { startSync } from './config/sync.ts';
import { createConfigView } from './config/view.ts';
import { startRehearsals } from './probe/rehearse.ts';
import { createDrain } from './drain.ts';
import { createHostCheck } from './edge/allowed-hosts.ts';
import { createChainCaller } from './failover/call-chain.ts';
import { createAssignmentTokens } from './routing/assignment-token.ts';
import { createConversations } from './routing/conversations.ts';
import type { Clock } from './clock.ts';
import { createGatewayServer } from './server.ts';
import type { GatewaySettings } from './settings.ts';
import { createOperatorAlarm } from './telemetry/operator-alarm.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { parseInbound } from '../protocols/parse-inbound.ts';

export interface RunningGateway {
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Where its metrics are, in the same form. */
  readonly adminUrl: string;
  readonly bootId: string;
  /** Logs and counts what nobody caught. */
  onFault(fault: UncaughtFault): void;
  /** Stops accepting, finishes what is on, writes the last counts and says goodbye. */
  stop(): Promise<void>;
}

export interface GatewayParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Where what is served comes from, and where counts and samples go. */
  readonly connect: (identity: Identity) => GatewayStore;
}

/**
 * Starts a gateway: from its store or, where that is away, from the last known stable revisions on disk.
 * Rejects where the port cannot be had; a database that is away is no reason not to start.
 */
export async function startGateway(
  settings: Omit<GatewaySettings, 'databaseUrl' | 'logLevel'>,
  { clock, log, connect }: GatewayParts,
): Promise<RunningGateway> {
  const { environment, gatewayId, dataKeys, freshKeys, bound } = settings;
  const bootId = randomUUID();
  const store = connect({ gatewayId, bootId, environment });
  const bind = bindOnce((revision) => bindRevision(revision, bound));
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
  const keys = createKnownKeys({
    directory: settings.stateDirectory,
    environment,
    read: (known) => store.readKeys(known),
  });
  const fingerprint = createFingerprint(bound.binding, packageVersion());
  const [sync, knownKeys] = await Promise.all([
    startSync({ settings, clock, view, keys, store, fingerprint, charged: telemetry.charged, onFailure }),
    // A database that is away is no reason not to start.
    store.sampleKeyIds().catch((error: unknown) => {
      onFailure('data keys')(error);
      return [];
    }),
  ]);
  try {
    requireKnownKey(dataKeys, knownKeys);
  } catch (error) {
    await sync.stop(() => telemetry.stop());
    await store.close();
    throw error;
  }
  const chains = createChainCaller({ clock });
  const tokens = createAssignmentTokens(dataKeys, clock);
  const state = { stopping: false };
  const pinnedRevision = createPinnedRevisions({ read: (app, ref) => store.readPinned(app, ref), bind });
  const rehearsals = startRehearsals({
    clock,
    parseInbound,
    callChain: chains.callChain,
    bound: pinnedRevision,
    take: () => store.takeRehearsals(),
    answer: (answer) => store.answerRehearsal(answer),
    onFailure: onFailure('rehearsal'),
  });
  const used = createUsedAssignments({
    clock,
    use: (ids) => store.useAssignments(ids),
    onFailure: onFailure('assignments'),
  });
  const requireHost = createHostCheck([settings.host, ...settings.hosts]);
  const isReady = (): boolean => !state.stopping && (view.ageMs() !== undefined || view.apps().length > 0);
  const server = createGatewayServer({
    ...telemetry,
    identify: createIdentify({
      keys,
      wrongKeys: createWrongKeys(clock),
      mode: settings.keys,
      internalToken: settings.internalToken,
    }),
    quotas: createQuotas(clock),
    requireHost,
    used,
    bodies,
    clock,
    view,
    dataKeys,
    tokens,
    parseInbound,
    internalToken: settings.internalToken,
    conversations: createConversations(clock),
    pinnedRevision,
    callChain: chains.callChain,
    reportOutcomes: createOutcomeReports({ clock, view, tokens, counters: telemetry.counters, used }),
    onIndex: (_app, revision, index) => {
      if (revision.retrieval !== undefined) fingerprint.noteIndex(revision.retrieval.settings.index, index);
    },
    isReady,
    alarmOperator: createOperatorAlarm({
      clock,
      count: telemetry.metrics.operatorFault,
      log: (fault) => {
        log.error(fault, 'a provider refuses this gateway: the operator has to mend it');
      },
    }),
    onFailedRequest: (facts) => {
      log.warn(facts, 'a request failed');
    },
    onUnexpected: (error, facts) => {
      log.error({ ...facts, err: error }, 'unexpected error');
    },
  });
  const drain = createDrain(server, clock);
  const admin = createAdminServer({
    ...telemetry,
    view,
    requireHost,
    keys: () => ({ mode: settings.keys, known: keys.areKnown() }),
    isReady,
  });
  const adminUrl = await listen(admin, settings.admin);
  const url = await listen(server, settings);
  if (settings.keys === 'open') {
    log.warn(
      'no key is demanded: whoever reaches this address may call models (SLUICE_GATEWAY_KEYS=demanded)',
    );
  }
  return {
    url,
    adminUrl,
    bootId,
    onFault({ kind, error }) {
      telemetry.metrics.fault(kind);
      log.error({ kind, err: error }, 'a fault that nobody caught; the gateway goes on');
    },
    async stop() {
      state.stopping = true;
      rehearsals.stop();
      await drain();
      await used.stop();
      await sync.stop(() => telemetry.stop());
      admin.closeAllConnections();
      await new Promise((resolve) => admin.close(resolve));
      await Promise.all([store.close(), chains.close()]);
    },
  };
}

/** Listens there, and says where that is. */
async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  return urlOf(host, server.address() as AddressInfo);
}

function urlOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
