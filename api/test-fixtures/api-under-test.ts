import { createServer, type Server } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { pino, type Logger } from 'pino';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { createToken } from '../../config-store/tokens/create-token.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { requiredVariable } from '../../tests/support/required-variable.ts';
import type { OidcProvider } from '../../domain/access/oidc.ts';
import { roles, type Role } from '../../domain/access/roles.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import { composeApi } from '../compose.ts';
import type { OpenPayloads } from '../routes/payloads.ts';
import { stopServer } from '../http/stop-server.ts';
import type { DashboardFile } from '../ui/dashboard-files.ts';
import { startCuttableProxy, type CuttableProxy } from '../../tests/support/cuttable-proxy.ts';
import { createContract, type Contract } from './openapi-contract.ts';

export interface Call {
  /** Whose token to send; none where it is undefined. */
  as?: Role | undefined;
  token?: string;
  body?: unknown;
  key?: string;
}

export interface Reply<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** An API over a PostgreSQL and a Temporal server that are real, each behind a proxy that a test can cut. */
export interface ApiUnderTest {
  readonly url: string;
  /** Where its metrics are. */
  readonly adminUrl: string;
  /** Straight to the database, whatever is cut. */
  readonly db: Pool;
  readonly databaseUrl: string;
  /** Straight to Temporal. */
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly database: CuttableProxy;
  readonly temporalProxy: CuttableProxy;
  readonly tokens: Record<Role, string>;
  /** Sends a request and holds the answer against the OpenAPI document. */
  get<Body>(path: string, call?: Call): Promise<Reply<Body>>;
  post<Body>(path: string, call?: Call): Promise<Reply<Body>>;
  endStreams(): Promise<void>;
}

interface Running extends ApiUnderTest {
  stop(): Promise<void>;
}

async function makeTokens(db: Pool): Promise<Record<Role, string>> {
  const made = await Promise.all(
    roles.map(async (role) => {
      // As the operator's own admin token has it.
      const wanted = { name: role, role, content: role === 'admin', actor: 'test' };
      return [role, (await createToken(db, wanted)).token] as const;
    }),
  );
  return Object.fromEntries(made) as Record<Role, string>;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The API listens nowhere.');
  return `http://127.0.0.1:${address.port}`;
}

/** `as` is undefined only where a test says so: the default is the admin. */
function headersOf(tokens: Record<Role, string>, call: Call): Record<string, string> {
  const role = 'as' in call ? call.as : 'admin';
  const token = call.token ?? (role === undefined ? undefined : tokens[role]);
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.key === undefined ? {} : { 'idempotency-key': call.key }),
  };
}

function createCaller(url: string, tokens: Record<Role, string>, contract: Contract) {
  return async <Body>(method: 'get' | 'post', path: string, call: Call = {}): Promise<Reply<Body>> => {
    const response = await fetch(url + path, {
      method: method.toUpperCase(),
      headers: headersOf(tokens, call),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const body = (await response.json()) as Body;
    const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
    const [pathname = path] = path.split('?');
    contract.check({ method, path: pathname, status: response.status, mediaType, body });
    return { status: response.status, headers: response.headers, body };
  };
}

export interface ApiOptions {
  requestsPerMinute?: number;
  trustedProxies?: readonly string[];
  oidcIssuers?: ReadonlyMap<string, OidcProvider>;
  openPayloads?: OpenPayloads;
  mirrorKeys?: SealingKeys;
  dashboard?: ReadonlyMap<string, DashboardFile>;
  log?: Logger;
}

async function startApi(
  database: TestDatabase,
  {
    requestsPerMinute = 100_000,
    trustedProxies = [],
    oidcIssuers = new Map(),
    openPayloads,
    mirrorKeys,
    dashboard = new Map(),
    log = pino({ level: 'silent' }),
  }: ApiOptions,
): Promise<Running> {
  const temporalAddress = requiredVariable('SLUICE_TEST_TEMPORAL_ADDRESS');
  const databaseProxy = await startCuttableProxy(database.url);
  const temporalProxy = await startCuttableProxy(`tcp://${temporalAddress}`);
  const db = createPool(database.url, { applicationName: 'api-test' });
  const pool = createPool(databaseProxy.url, { applicationName: 'sluice-api' });
  const direct = Connection.lazy({ address: temporalAddress });
  const connection = Connection.lazy({
    address: new URL(temporalProxy.url).host,
    // A call that waits to be tried again when the connection is closed throws into the event loop, at whatever test runs
    // then: whoever had asked for readiness has long had an answer.
    interceptors: [],
  });
  const temporal = new Client({ connection: direct });
  const taskQueue = `api-test-${new URL(database.url).pathname.slice(1)}`;
  const tokens = await makeTokens(db);
  const api = composeApi({
    ...{ db: pool, databaseUrl: databaseProxy.url, temporal: new Client({ connection }), taskQueue },
    ...{ environments: ['production', 'staging'], version: '0.0.0-test', requestsPerMinute },
    trustedProxies,
    // An issuer's next key is asked for at once here.
    ...{ oidcIssuers, oidcKeys: { cooldownMs: 0 } },
    subjectKeys: [subjectKey],
    openPayloads,
    mirrorKeys,
    dashboard,
    log,
  });
  const server = createServer(api.app);
  const url = await listen(server);
  const adminUrl = await listen(api.admin);
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as object;
  const call = createCaller(url, tokens, createContract(document));
  return {
    ...{
      url,
      adminUrl,
      db,
      databaseUrl: database.url,
      temporal,
      taskQueue,
      database: databaseProxy,
      temporalProxy,
      tokens,
    },
    get: (path, options) => call('get', path, options),
    post: (path, options) => call('post', path, options),
    endStreams: () => api.endStreams(),
    async stop() {
      await Promise.all(
        [server, api.admin].map((each) => stopServer(each, { graceMs: 1_000 })).concat(api.endStreams()),
      );
      await Promise.all([pool.end(), db.end(), connection.close(), direct.close()]);
      await Promise.all([databaseProxy.cut(), temporalProxy.cut()]);
      await database.drop();
    },
  };
}

/** What subjects are hashed with here. */
export const subjectKey = Buffer.alloc(32, 5);

/** Gives a test file an API of its own; call it at the top of the file. */
export function useApi(options: ApiOptions = {}): ApiUnderTest {
  let running: Running | undefined;
  beforeAll(async () => {
    running = await startApi(await createTestDatabase(), options);
  });
  afterAll(async () => {
    await running?.stop();
  });
  return new Proxy({} as ApiUnderTest, {
    get(_target, property) {
      if (running === undefined) throw new Error('The API is there once beforeAll has run.');
      return Reflect.get(running, property) as unknown;
    },
  });
}
