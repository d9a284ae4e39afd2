import { setTimeout as delay } from 'node:timers/promises';
import type { Server } from 'node:http';
import type { Client } from '@temporalio/client';
import { SluiceError } from '../domain/errors.ts';
import type { Pool } from 'pg';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { countOpenReviews } from '../config-store/change-control/count-open-reviews.ts';
import { readSampleStock } from '../config-store/evaluations/sample-stock.ts';
import { abandonIdempotent } from '../config-store/idempotency/abandon-idempotent.ts';
import { beginIdempotent } from '../config-store/idempotency/begin-idempotent.ts';
import { appendAudit } from '../config-store/audit/append-audit.ts';
import { assertPrimary } from '../config-store/postgres/assert-primary.ts';
import { appOfRelease } from '../config-store/releases/app-of-release.ts';
import { listStableWatches } from '../config-store/stable-watch/read-stable-watch.ts';
import { findToken, noteTokenUse, validTokens } from '../config-store/tokens/find-token.ts';
import { finishIdempotent } from '../config-store/idempotency/finish-idempotent.ts';
import { readGuardHealth } from '../config-store/guards/guard-blindness.ts';
import { readHealth } from '../config-store/releases/read-health.ts';
import { readWebhookStock } from '../config-store/webhooks/webhook-message.ts';
import { readAuditWait } from '../config-store/audit/read-audit-wait.ts';
import { listenForReleases } from '../config-store/releases/listen-for-releases.ts';
import type { OidcProvider } from '../domain/access/oidc.ts';
import type { SealingKeys } from '../program/data-keys.ts';
import type { UncaughtFault } from '../program/survive-faults.ts';
import { boardFeedOf } from './dashboard/compose-feed.ts';
import { createAdminServer } from './http/admin-server.ts';
import { createSlowDown } from './auth/slow-down.ts';
import { createTokenWatch } from './auth/token-watch.ts';
import { atMostEvery } from './http/at-most-every.ts';
import type { OpenPayloads } from './routes/payloads.ts';
import type { AuditKeeper } from './audit/audit-keeper.ts';
import { createApiMetrics } from './metrics.ts';
import { createSigningKeys, type SigningKeysOptions } from './oidc/signing-keys.ts';
import { createReleaseFeed, type ReleaseFeed } from './releases/release-feed.ts';
import { createReleaseWorkflows, type ReleaseWorkflows } from './releases/release-workflows.ts';
import { apiRoutes } from './routes/index.ts';
import { presentRelease } from './routes/releases/present-release.ts';
import type { ServingParts } from './http/serve-route.ts';
import type { Webhook } from './webhooks/webhooks.ts';
import { createServer, type Readiness } from './http/server.ts';
import type { DashboardFile } from './ui/dashboard-files.ts';

export interface ApiDependencies {
  readonly db: Pool;
  /** Who keeps the ends of the audit log; absent where nobody does. */
  readonly audit?: Pick<AuditKeeper, 'heads' | 'isIntact'>;
  /** What opens payloads that Temporal shows sealed. */
  readonly openPayloads?: OpenPayloads | undefined;
  /** For the connection that listens for changes. */
  readonly databaseUrl: string;
  readonly temporal: Client;
  readonly taskQueue: string;
  /** What hashes of subjects are made with, and former ones. */
  readonly subjectKeys: readonly Buffer[];
  /** What opens what mirrors kept. */
  readonly mirrorKeys?: SealingKeys | undefined;
  /** The environments that a new app's first stable revision goes to. */
  readonly environments: readonly string[];
  /** Whose tokens of CI are taken, by their issuer. */
  readonly oidcIssuers: ReadonlyMap<string, OidcProvider>;
  readonly oidcKeys?: SigningKeysOptions;
  /** The pages that people look at; none where nothing is said. */
  readonly dashboard?: ReadonlyMap<string, DashboardFile>;
  /** Whom messages are sent to; nobody where nothing is said. */
  readonly webhooks?: readonly Webhook[];
  readonly version: string;
  readonly requestsPerMinute: number;
  /** Proxies that say whom they ask for; none where nothing is said. */
  readonly trustedProxies: readonly string[];
  readonly log: Logger;
}

export interface Api {
  readonly app: Express;
  /** Its metrics, for an address of their own. */
  readonly admin: Server;
  /** Ends the streams and the connection that feeds them; requests go on to be answered. */
  endStreams(): Promise<void>;
  /** What starts queued releases works with these. */
  readonly workflows: ReleaseWorkflows;
  /** Logs and counts what nobody caught. */
  onFault(fault: UncaughtFault): void;
}

const beatMs = 15_000;
const readinessHoldsMs = 200;
const startTimeoutMs = 5_000;
const wakeTimeoutMs = 1_000;

/**
 * Names what the API does not reach. Without PostgreSQL it can do nothing; without Temporal it only starts no releases, and
 * a load balancer must not take rollback away with them.
 */
async function partsAway(db: Pool, workflows: ReleaseWorkflows): Promise<Readiness> {
  const checks = await Promise.allSettled([assertPrimary(db), inTime(workflows.assertReachable())]);
  const away = ['postgresql', 'temporal'].filter((_, i) => checks[i]?.status === 'rejected');
  return { ready: checks[0].status === 'fulfilled', away };
}

/** Whoever asks waits a second or so for the answer: a Temporal that hangs must not look like an API that does. */
const reachableWithinMs = 700;

function inTime(asked: Promise<unknown>): Promise<unknown> {
  const late = delay(reachableWithinMs, undefined, { ref: false }).then(() => {
    throw new SluiceError('unreachable', 'Temporal did not answer in time.');
  });
  asked.catch(() => undefined); // What it says later is nobody's any more.
  late.catch(() => undefined);
  return Promise.race([asked, late]);
}

function idempotencyOf({ db, log }: ApiDependencies) {
  return {
    begin: (entry: Parameters<typeof beginIdempotent>[1]) => beginIdempotent(db, entry),
    finish: (entry: Parameters<typeof finishIdempotent>[1]) => finishIdempotent(db, entry),
    abandon: (entry: Parameters<typeof abandonIdempotent>[1]) =>
      abandonIdempotent(db, entry).catch((error: unknown) => {
        log.warn(
          { err: error },
          'an idempotency key could not be given back; it is free again after a minute',
        );
      }),
  };
}

/** Commits who reads what of the content. */
async function noteRead(
  db: Pool,
  { actor, operation, path, releaseId }: Parameters<ServingParts['noteRead']>[0],
): Promise<void> {
  const app = releaseId === undefined ? undefined : await appOfRelease(db, releaseId);
  await appendAudit(db, { actor, action: 'content.read', app, releaseId, details: { operation, path } });
}

/** Notes the use of tokens, each once at a time. That it could not be noted keeps nobody from anything. */
function noteUses({ db, log }: ApiDependencies): (tokenId: string) => void {
  const noting = new Set<string>();
  return (tokenId) => {
    if (noting.has(tokenId)) return;
    noting.add(tokenId);
    noteTokenUse(db, tokenId)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'the use of a token could not be noted');
      })
      .finally(() => noting.delete(tokenId));
  };
}

/** Reads releases for those who watch them, woken by the database. */
function feedOf({ db, databaseUrl, log }: ApiDependencies): ReleaseFeed {
  return createReleaseFeed({
    read: (id) => presentRelease(db, id),
    listen: (onChange) =>
      listenForReleases(databaseUrl, {
        onChange,
        onError: (error) => {
          log.warn({ err: error }, 'the connection that listens for changes of releases was lost');
        },
      }),
    beatMs,
  });
}

/** The control plane over its database and its Temporal server. */
export function composeApi(parts: ApiDependencies): Api {
  const { db, temporal, taskQueue, environments, subjectKeys, log } = parts;
  const workflows = createReleaseWorkflows({
    client: temporal,
    taskQueue,
    timeoutMs: startTimeoutMs,
    wakeTimeoutMs,
  });
  const feed = feedOf(parts);
  const board = boardFeedOf(parts);
  const tokenWatch = createTokenWatch((ids) => validTokens(db, ids));
  const metrics = createApiMetrics({
    readHealth: () => readHealth(db),
    readOpenReviews: () => countOpenReviews(db),
    readSampleStock: () => readSampleStock(db),
    readGuards: () => readGuardHealth(db),
    readStableWatches: () => listStableWatches(db),
    readWebhookStock: () => readWebhookStock(db),
    audit: { waitingSeconds: () => readAuditWait(db), isIntact: () => parts.audit?.isIntact() ?? true },
  });
  const oidc = { issuers: parts.oidcIssuers, keysOf: createSigningKeys(parts.oidcKeys) };
  const app = createServer({
    ...apiRoutes({
      ...{ db, workflows, environments, subjectKeys, feed, board, oidc },
      audit: parts.audit,
      openPayloads: parts.openPayloads,
      mirrorKeys: parts.mirrorKeys,
      webhooks: parts.webhooks ?? [],
    }),
    version: parts.version,
    findToken: (token) => findToken(db, token),
    noteUse: noteUses(parts),
    appOfRelease: (id) => appOfRelease(db, id),
    noteRead: (read) => noteRead(db, read),
    slowDown: createSlowDown(),
    tokenWatch,
    idempotency: idempotencyOf(parts),
    // Outside of the rate limit, so that probes are never refused.
    readiness: atMostEvery(readinessHoldsMs, () => partsAway(db, workflows)),
    metrics,
    dashboard: parts.dashboard ?? new Map(),
    requestsPerMinute: parts.requestsPerMinute,
    trustedProxies: parts.trustedProxies,
    log,
  });
  return {
    app,
    admin: createAdminServer(metrics),
    workflows,
    async endStreams() {
      tokenWatch.close();
      await Promise.all([feed.close(), board.close()]);
    },
    onFault({ kind, error }) {
      metrics.fault(kind);
      log.error({ kind, err: error }, 'a fault that nobody caught; the API goes on');
    },
  };
}
