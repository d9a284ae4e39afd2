import { createDataKeys, createSealingKeys } from '../../program/data-keys.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { createKey, type KeyToCreate } from '../../config-store/tokens/create-key.ts';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { createStable } from '../../config-store/apps/create-stable.ts';
import { openRelease, type Opened } from '../../config-store/releases/open-release.ts';
import { publishApp } from '../../config-store/apps/publish-app.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { publishRevision } from '../../config-store/revisions/publish-revision.ts';
import { putCandidate } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import { keyDefaults } from '../../domain/access/gateway-key.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Counting } from '../../domain/split/split.ts';
import { startTestSimulator } from '../../tests/support/simulator.ts';
import type { Simulator } from '../../simulator/provider/simulator.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { systemClock } from '../clock.ts';
import { connectStore, type Identity } from '../config/connect-store.ts';
import type { GatewaySettings } from '../settings.ts';
import { startCuttableProxy, type CuttableProxy } from '../../tests/support/cuttable-proxy.ts';
import { startGateway, type RunningGateway } from '../start-gateway.ts';

export const environment = 'production';
export const internalToken = 'internal-token-of-the-tests';
export const dataKey = randomBytes(32);
export const dataKeys = createDataKeys([dataKey]);
export const freshKeys = createSealingKeys([randomBytes(32)]);

interface Stage {
  db: Pool;
  databaseUrl: string;
  simulator: Simulator;
  folder: string;
}

/** What a test needs around gateways: PostgreSQL, the provider simulator, and a folder; made once for its file. */
export function useGateways() {
  let database: TestDatabase | undefined;
  let stage: Stage | undefined;
  const gateways = new Set<RunningGateway>();
  const proxies: CuttableProxy[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    stage = {
      db: createPool(database.url, { applicationName: 'gateway-test' }),
      databaseUrl: database.url,
      simulator: await startTestSimulator(),
      folder: mkdtempSync(join(tmpdir(), 'sluice-gateway-')),
    };
  });
  const stopAll = async (): Promise<void> => {
    const all = [...gateways];
    gateways.clear();
    await Promise.all(all.map((gateway) => gateway.stop()));
  };
  afterEach(async () => {
    await stopAll();
    await Promise.all(proxies.splice(0).map((proxy) => proxy.cut()));
    await fetch(`${present(stage).simulator.control}/simulator/faults`, { method: 'DELETE' });
  });
  afterAll(async () => {
    await stage?.db.end();
    await stage?.simulator.close();
    await database?.drop();
    if (stage !== undefined) rmSync(stage.folder, { recursive: true, force: true });
  });
  const proxyTo = async (url: string): Promise<CuttableProxy> => {
    const proxy = await startCuttableProxy(url);
    proxies.push(proxy);
    return proxy;
  };
  const settings = (more: Partial<GatewaySettings> = {}): GatewaySettings => {
    const { simulator, databaseUrl, folder } = present(stage);
    const gatewayId = more.gatewayId ?? `gateway-${randomUUID().slice(0, 6)}`;
    return {
      gatewayId,
      environment,
      host: '127.0.0.1',
      port: 0,
      admin: { host: '127.0.0.1', port: 0 },
      hosts: [],
      keys: 'open',
      databaseUrl,
      stateDirectory: join(folder, gatewayId),
      bound: { binding: bindingOf(simulator), keys: new Map([['SIMULATOR_KEY', 'any']]) },
      dataKeys,
      freshKeys,
      internalToken,
      bodiesInFlightBytes: 64 * 1024 * 1024,
      pollMs: 100,
      logLevel: 'silent',
      ...more,
    };
  };
  return {
    get stage() {
      return present(stage);
    },
    /** A way to the database that the test can cut. */
    proxyToDatabase: () => proxyTo(present(stage).databaseUrl),
    /** The same to a gateway. */
    proxyTo,
    async start(more: Partial<GatewaySettings> = {}): Promise<RunningGateway> {
      const log = pino({ level: process.env['SLUICE_TEST_LOG'] ?? 'silent' }, pino.destination(2));
      const chosen = settings(more);
      const connect = (identity: Identity) => connectStore(chosen.databaseUrl, identity);
      const gateway = await startGateway(chosen, { clock: systemClock, log, connect });
      gateways.add(gateway);
      return gateway;
    },
    /** Stops one that a test ends itself. */
    async stop(gateway: RunningGateway): Promise<void> {
      gateways.delete(gateway);
      await gateway.stop();
    },
    async fault(...faults: object[]): Promise<void> {
      const body = JSON.stringify({ faults });
      const url = `${present(stage).simulator.control}/simulator/faults`;
      const response = await fetch(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!response.ok) throw new Error(await response.text());
    },
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The stage is there once beforeAll has run.');
  return value;
}

export function bindingOf(simulator: Pick<Simulator, 'openai' | 'anthropic'>, retrieverUrl?: string) {
  return bindingSchema.parse({
    providers: {
      openai: {
        kind: 'openai',
        baseUrl: simulator.openai,
        apiKeyEnv: 'SIMULATOR_KEY',
        models: { 'atlas-large': { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 } },
      },
      anthropic: { kind: 'anthropic', baseUrl: simulator.anthropic, apiKeyEnv: 'SIMULATOR_KEY' },
    },
    retrievers: retrieverUrl === undefined ? {} : { knowledge: { url: retrieverUrl } },
  });
}

export const openaiTarget = { provider: 'openai', model: 'atlas-large' };
export const anthropicTarget = { provider: 'anthropic', model: 'sonata-large' };
const actor = 'user:ada';

/** Publishes a revision of an app; what is left out is a pass-through to the simulator's large model. */
export async function publish(db: Pool, app: string, label: string, content: object = {}): Promise<string> {
  const parsed = revisionContentSchema.parse({ chain: [openaiTarget], parameters: { label }, ...content });
  return (await publishRevision(db, { app, label, content: parsed, provenance: {}, actor })).digest;
}

/** An app with a stable revision. */
export async function createApp(db: Pool, content: object = {}): Promise<{ app: string; stable: string }> {
  const app = `app-${randomUUID().slice(0, 8)}`;
  await publishApp(db, { name: app, actor });
  const stable = await publish(db, app, 'stable-1', content);
  const first = {
    app,
    environments: [environment],
    revision: stable,
    operationId: 'create',
    actor,
    reason: 'first',
  };
  await createStable(db, first);
  return { app, stable };
}

/** A key for callers of gateways; one that is made after a gateway has started is known with its next poll. */
export async function keyFor(
  db: Pool,
  app: string | readonly string[],
  more: Partial<Omit<KeyToCreate, 'apps' | 'actor'>> = {},
): Promise<{ key: string; name: string; headers: Record<string, string> }> {
  const name = more.name ?? `key-${randomUUID().slice(0, 8)}`;
  const { key } = await createKey(db, {
    apps: typeof app === 'string' ? [app] : app,
    scopes: ['call', 'outcomes', 'feedback', 'prompts', 'labels'],
    ...keyDefaults,
    actor,
    ...more,
    name,
  });
  return { key, name, headers: { authorization: `Bearer ${key}` } };
}

/** Short enough for a test to wait for. */
export const quickCounting = { shortHorizonMs: 300, longHorizonMs: 1_500, slowMs: 1_000 };

/** A release with its candidate at a weight. */
export async function release(
  db: Pool,
  app: string,
  {
    weight,
    ttlMs = 60_000,
    content = {},
    counting = { ...quickCounting },
  }: {
    weight: number;
    ttlMs?: number;
    content?: object;
    counting?: typeof quickCounting & JsonObject;
  },
) {
  const candidate = await publish(db, app, `candidate-${randomUUID().slice(0, 6)}`, content);
  const last = { weight: 100, hold: '1s', minExposures: 10 };
  const plan = planSchema.parse(weight > 0 && weight < 95 ? { steps: [{ ...last, weight }, last] } : {});
  await publishPolicy(db, { scope: app, policy: tryoutPolicy, actor });
  const row = {
    app,
    environment,
    revision: candidate,
    planName: 'default',
    plan,
    suites: [],
    provenance: {},
    actor,
  };
  const { id } = await createRelease(db, row);
  const opened = await openRelease(db, { releaseId: id, app, runId: `run-${id}`, actor });
  const raise = (to: number, expectedVersion: number) =>
    raiseTo(db, opened, { weight: to, ttlMs, expectedVersion, counting: { releaseId: id, ...counting } });
  const version = await raise(weight, opened.splitVersion);
  return { candidate, releaseId: id, version, raise };
}

interface Raise {
  weight: number;
  ttlMs: number;
  expectedVersion: number;
  counting: Counting;
}

async function raiseTo(db: Pool, { release: row, salt }: Opened, raise: Raise): Promise<number> {
  const result = await putCandidate(db, {
    app: row.app,
    environment,
    releaseId: row.id,
    operationId: `${row.id}/canary-${raise.weight}`,
    expectedVersion: raise.expectedVersion,
    candidate: row.revision,
    weight: raise.weight,
    salt,
    counting: raise.counting,
    ttlMs: raise.ttlMs,
    actor: 'system:release',
    reason: `step ${raise.weight} %`,
  });
  if (result.kind !== 'written') throw new Error(`Not raised: ${result.kind}`);
  return result.version;
}

export interface Asked {
  status: number;
  arm: string | null;
  reason: string | null;
  version: number;
  digest: string | null;
  headers: Headers;
  body: {
    id?: string;
    error?: { message: string; code: string };
    choices?: { message: { content: string } }[];
    model?: string;
    usage?: { prompt_tokens: number; completion_tokens: number };
  };
}

/** What makes a request one that brings JSON. */
export const asJson = { method: 'POST', headers: { 'content-type': 'application/json' } };

/** Asks a chat completion by plain HTTP. */
export async function ask(
  url: string,
  app: string,
  { headers = {}, ...body }: Record<string, unknown> & { headers?: Record<string, string> } = {},
): Promise<Asked> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: app, messages: [{ role: 'user', content: 'hello' }], ...body }),
  });
  const header = (name: string): string | null => response.headers.get(`x-sluice-${name}`);
  return {
    status: response.status,
    arm: header('arm'),
    reason: header('reason'),
    version: Number(header('split-version')),
    digest: header('revision-digest'),
    headers: response.headers,
    body: (await response.json()) as Asked['body'],
  };
}
