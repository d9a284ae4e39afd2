import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { createPayloadCodec, payloadConverter } from '../activities/temporal/payload-codec.ts';
import { createTemporalView } from '../activities/temporal/temporal-view.ts';
import { sealAuditWith } from '../config-store/chain/audit-keys.ts';
import { checkRole } from '../config-store/roles/check-role.ts';
import { assertPrimary } from '../config-store/postgres/assert-primary.ts';
import { createPool } from '../config-store/connection/create-pool.ts';
import { ensureToken } from '../config-store/tokens/ensure-token.ts';
import { describeError, exitCodeOfThrown } from '../domain/errors.ts';
import { packageVersion } from '../program/package-version.ts';
import { stopSignal } from '../program/stop-signal.ts';
import { surviveFaults } from '../program/survive-faults.ts';
import { startReconciler } from '../workers/reconciler/reconciler.ts';
import { untilReached } from '../workers/reconciler/until-reached.ts';
import { createHeadsFile } from './audit/audit-heads-file.ts';
import { startAuditKeeper } from './audit/audit-keeper.ts';
import { composeApi, type ApiDependencies } from './compose.ts';
import { startQueueKeeper } from './queue/queue-keeper.ts';
import { readSettings, type ApiSettings } from './settings.ts';
import { stopServer } from './http/stop-server.ts';
import { readDashboard } from './ui/dashboard-files.ts';
import { startMessenger } from './webhooks/messenger.ts';

const requestsPerMinute = 3000;
/** Where `npm run bootstrap` builds the dashboard, and where the image has it. */
const dashboardFolder = join(import.meta.dirname, '..', 'dashboard', 'dist');
/** A body has at most 2 MB: who needs longer than this for it holds a connection for nothing. */
const serverLimits = {
  headersTimeout: 20_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // Longer than load balancers keep theirs.
  keepAliveTimeout: 75_000,
};
/** How long requests that are under way may take to end when the program is told to stop. */
const graceMs = 8_000;
/** A free app is seen to be free after this long: a queued release is to begin within five seconds. */
const queueEveryMs = 1_000;
const messagesEveryMs = 1_000;

function listen(server: Server, { host, port }: ApiSettings['listen']): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${host}:${bound}`);
    });
  });
}

/** Resolves when the program is told to stop. */
async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** What the API is composed of that its settings alone say. */
function partsFrom(
  settings: ApiSettings,
): Omit<ApiDependencies, 'db' | 'audit' | 'temporal' | 'log' | 'dashboard'> {
  const { payloadKeys, taskQueue } = settings.temporal;
  return {
    databaseUrl: settings.databaseUrl,
    taskQueue,
    environments: settings.environments,
    oidcIssuers: settings.oidcIssuers,
    subjectKeys: settings.subjectKeys,
    mirrorKeys: settings.mirrorKeys,
    openPayloads: payloadKeys && ((payloads) => createPayloadCodec(payloadKeys).decode(payloads)),
    webhooks: settings.webhooks,
    version: packageVersion(),
    requestsPerMinute,
    trustedProxies: settings.trustedProxies,
  };
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { databaseUrl, adminToken: token } = settings;
  const log = pino({ level: settings.logLevel, base: { program: 'api' } }, pino.destination(2));
  const db = createPool(databaseUrl, { applicationName: 'sluice-api' });
  const { keys, headsFile } = settings.audit;
  if (keys !== undefined) sealAuditWith(db, keys);
  else log.warn('SLUICE_AUDIT_KEY is not set: who can write to the database can change the audit log unseen');
  const signal = stopSignal();
  await untilReached('PostgreSQL', () => assertPrimary(db), { log, signal });
  await checkRole(db, settings.roleCheck, log);
  const { connection: how, namespace, taskQueue, payloadKeys } = settings.temporal;
  const connection = Connection.lazy(how);
  const temporal = new Client({ connection, namespace, ...payloadConverter(payloadKeys) });
  if (token !== undefined && (await ensureToken(db, { name: 'admin', role: 'admin', token })) === 'revoked') {
    log.error('SLUICE_ADMIN_TOKEN names a token that was revoked: it stays invalid. Set another one.');
  }
  const dashboard = readDashboard(dashboardFolder);
  if (dashboard.size === 0) log.warn('the dashboard is not built: npm run bootstrap builds it');
  const keeper = startAuditKeeper({
    db,
    store: headsFile === undefined ? undefined : createHeadsFile(headsFile),
    log,
  });
  const api = composeApi({ ...partsFrom(settings), dashboard, db, audit: keeper, temporal, log });
  const server = createServer(serverLimits, api.app);
  const adminUrl = await listen(api.admin, settings.admin);
  const url = await listen(server, settings.listen);
  surviveFaults(process, ['rejection', 'exception'], (fault) => {
    api.onFault(fault);
  });
  const reconciler = startReconciler({
    db,
    temporal: createTemporalView(temporal),
    taskQueue,
    log,
    ...settings.reconciler,
  });
  const queue = startQueueKeeper({ db, workflows: api.workflows, log, everyMs: queueEveryMs });
  const { webhooks, publicUrl } = settings;
  const messenger = startMessenger({ db, webhooks, publicUrl, log, everyMs: messagesEveryMs });
  process.stdout.write(`${JSON.stringify({ ready: true, url, adminUrl })}\n`);
  await untilStopped(signal);
  // A round of the reconciler may wait for a Temporal that is away; what it writes, it writes whole or not at all.
  setTimeout(() => process.exit(0), graceMs + 1_000).unref();
  await Promise.all([
    reconciler.stop(),
    queue.stop(),
    messenger.stop(),
    keeper.stop(),
    api.endStreams(),
    stopServer(server, { graceMs }),
  ]);
  api.admin.closeAllConnections();
  api.admin.close();
  await Promise.allSettled([db.end(), connection.close()]);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    // Told to stop while it waited for PostgreSQL.
    if (error instanceof Error && error.name === 'AbortError') process.exit(0);
    process.stderr.write(`sluice api: ${describeError(error)}\n`);
    process.exit(exitCodeOfThrown(error));
  },
);
