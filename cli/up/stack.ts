import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Pool } from 'pg';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { makeLogins } from '../../config-store/roles/login-users.ts';
import { migrate } from '../../config-store/schema/migrate.ts';
import { loginPrograms, type LoginProgram } from '../../domain/access/login-programs.ts';
import { noTemporalVariables } from '../../program/temporal-settings.ts';
import { drainLimitMs } from '../../gateway/drain.ts';
import { answersSql } from './answers.ts';
import { startEmbeddedServer, type EmbeddedServer } from './embedded-server.ts';
import { readEnvironments } from './environments/environments.ts';
import type { Connections, Secrets } from './home/home.ts';
import type { StackPart } from './part.ts';
import { programVariables } from './environments/program-variables.ts';
import { freePort } from './servers/free-port.ts';
import { startPostgres, type PostgresServer } from './servers/postgres.ts';
import { servesTemporal, startTemporalServer, type TemporalServer } from './servers/temporal-server.ts';
import { startService, type Service } from './service.ts';

const root = resolve(import.meta.dirname, '../..');

/** For a gateway's last counts, once its last answer has ended. */
const flushMs = 10_000;

/** A port to have, or `free` for one that nobody uses. */
export type PortChoice = number | 'free';

export interface StackOptions {
  home: string;
  secrets: Secrets;
  /** The operator's sluice.environments.yaml. */
  environmentsFile: string;
  /** An admin token to make known; the stack keeps only its digest. */
  adminToken?: string;
  /** Where these are given, the stack uses them and starts no server of its own. */
  databaseUrl?: string | undefined;
  temporalAddress?: string | undefined;
  ports: {
    api: PortChoice;
    gateways: readonly PortChoice[];
    staging: PortChoice;
    temporalUi: PortChoice;
    /** Where gateways have their metrics, staging's and the API's last; free ones where none are chosen. */
    admin?: readonly PortChoice[];
    /** Of the stack's own PostgreSQL; any free one where nothing is said. */
    postgres?: PortChoice;
  };
  /** Publishes the policies that the stack is to go by, before anything of it serves. */
  preparePolicies?: (db: Pool) => Promise<void>;
  /** Keep data over restarts and power losses; a demo's does not need to. */
  durable: boolean;
  /** Settings beside those of the shell, each for the programs that know it: time-outs of a demo, provider keys. */
  env?: Readonly<Record<string, string>>;
  /** Told what is being started and what it took, in milliseconds. */
  onProgress: (step: string, durationMs: number) => void;
  log: (line: string) => void;
}

export interface Stack {
  connections: Connections;
  api: Service;
  worker: Service;
  evaluation: Service;
  gateways: readonly Service[];
  staging: Service;
  /** Undefined where the stack uses a server of somebody else. */
  temporal: EmbeddedServer<TemporalServer> | undefined;
  postgres: EmbeddedServer<PostgresServer> | undefined;
  /** All of them. */
  parts: readonly StackPart[];
  logDirectory: string;
  stop(): Promise<void>;
}

async function portOf(choice: PortChoice): Promise<number> {
  return choice === 'free' ? await freePort() : choice;
}

async function timed<T>(options: StackOptions, step: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  options.onProgress(step, performance.now() - startedAt);
  return result;
}

async function startTemporal(options: StackOptions): Promise<EmbeddedServer<TemporalServer>> {
  const ports = { port: await freePort(), uiPort: await portOf(options.ports.temporalUi) };
  return startEmbeddedServer({
    name: 'temporal',
    start: () =>
      startTemporalServer({
        ...ports,
        dataFile: join(options.home, 'temporal.db'),
        env: process.env,
        logFile: join(options.home, 'logs', 'temporal.log'),
        log: options.log,
      }),
    answers: ({ address }, withinMs) => servesTemporal(address, withinMs),
  });
}

async function startDatabase(options: StackOptions): Promise<EmbeddedServer<PostgresServer>> {
  const port = await portOf(options.ports.postgres ?? 'free');
  return startEmbeddedServer({
    name: 'postgres',
    start: () =>
      startPostgres({
        port,
        dataDirectory: join(options.home, 'postgres'),
        durable: options.durable,
        logFile: join(options.home, 'logs', 'postgres.log'),
        log: options.log,
      }),
    answers: ({ url }, withinMs) => answersSql(url, withinMs),
  });
}

/** Settings that several programs share. */
interface SharedSettings {
  /** Each program's own way into the database. */
  readonly databases: Record<LoginProgram, string>;
  readonly temporal: Record<string, string>;
  /** Of those that answer requests or open samples of them. */
  readonly dataPlane: Record<string, string>;
  /** Of those that keep requests as they came, or ask them again. */
  readonly fresh: Record<string, string>;
  /** What subjects are known by: of those that keep something of them, or delete it. */
  readonly subjects: Record<string, string>;
}

/** The settings that each program of the stack is started with. */
async function programs(
  options: StackOptions,
  { databases, temporal, dataPlane, fresh, subjects }: SharedSettings,
) {
  const { home, ports } = options;
  const given = programVariables({
    variables: { ...process.env, ...options.env },
    bindings: readEnvironments(options.environmentsFile),
    ownDatabase: options.databaseUrl !== undefined,
  });
  const logFile = (name: string) => join(home, 'logs', `${name}.log`);
  const gateway = async (
    name: string,
    environment: string,
    port: PortChoice,
    admin: PortChoice = 'free',
  ) => ({
    name,
    script: join(root, 'gateway', 'main.ts'),
    logFile: logFile(name),
    // It ends the answers that are on, and then tells what it has counted.
    stopTimeoutMs: drainLimitMs + flushMs,
    env: {
      ...given.gateway(environment),
      DATABASE_URL: databases.gateway,
      ...dataPlane,
      ...fresh,
      ...subjects,
      SLUICE_GATEWAY_ID: name,
      SLUICE_ENVIRONMENT: environment,
      SLUICE_GATEWAY_PORT: String(await portOf(port)),
      SLUICE_GATEWAY_ADMIN_PORT: String(await portOf(admin)),
      SLUICE_STATE_DIR: join(home, 'gateways', name),
    },
  });
  const apiPort = await portOf(ports.api);
  return {
    staging: await gateway('staging-gateway', 'staging', ports.staging, ports.admin?.[ports.gateways.length]),
    gateways: await Promise.all(
      ports.gateways.map((port, i) => gateway(`gateway-${i + 1}`, 'production', port, ports.admin?.[i])),
    ),
    api: {
      name: 'api',
      script: join(root, 'api', 'main.ts'),
      logFile: logFile('api'),
      env: {
        ...given.api,
        DATABASE_URL: databases.api,
        ...temporal,
        ...subjects,
        SLUICE_API_PORT: String(apiPort),
        SLUICE_API_ADMIN_PORT: String(await portOf(ports.admin?.[ports.gateways.length + 1] ?? 'free')),
        SLUICE_AUDIT_KEY: options.secrets.auditKey,
        SLUICE_AUDIT_HEADS_FILE: join(home, 'audit', 'heads.jsonl'),
        ...(options.adminToken === undefined ? {} : { SLUICE_ADMIN_TOKEN: options.adminToken }),
      },
    },
    worker: {
      name: 'worker',
      script: join(root, 'workers', 'main.ts'),
      logFile: logFile('worker'),
      // That it can be asked whether it lives.
      env: {
        SLUICE_METRICS_PORT: '0',
        ...given.worker,
        DATABASE_URL: databases.worker,
        ...temporal,
        ...dataPlane,
      },
    },
    evaluation: {
      name: 'evaluation-worker',
      script: join(root, 'workers', 'evaluation-main.ts'),
      logFile: logFile('evaluation-worker'),
      // A port that the shell names is the worker's.
      env: {
        ...given.evaluation,
        DATABASE_URL: databases.evaluation,
        ...temporal,
        ...dataPlane,
        ...fresh,
        SLUICE_METRICS_PORT: '',
      },
    },
  };
}

/**
 * Starts everything that Sluice is on one machine: PostgreSQL, Temporal, API, both workers, the production gateways
 * and the staging gateway. When one of them does not start, those that did are stopped again. Throws what the one that
 * failed said, with its log.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.unshift(part);
    return part;
  };
  const stopAll = async () => {
    for (const part of started) await part.stop();
  };
  try {
    return await startParts(options, keep, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function publishPolicies({ preparePolicies }: StackOptions, databaseUrl: string): Promise<void> {
  if (preparePolicies === undefined) return;
  const db = createPool(databaseUrl, { applicationName: 'sluice-up' });
  try {
    await preparePolicies(db);
  } finally {
    await db.end();
  }
}

/**
 * Each program's own way into the database. In one that the stack has started itself each gets a user who may what it
 * needs; in somebody else's all use what they were given, and say so where that is too much.
 */
async function databasesOf(
  { secrets }: StackOptions,
  databaseUrl: string,
  isOurs: boolean,
): Promise<Record<LoginProgram, string>> {
  if (isOurs) return makeLogins(databaseUrl, secrets.databasePasswords);
  const same = loginPrograms.map((program) => [program, databaseUrl] as const);
  return Object.fromEntries(same) as Record<LoginProgram, string>;
}

async function startParts(
  options: StackOptions,
  keep: <T extends { stop(): Promise<void> }>(part: T) => T,
  stop: () => Promise<void>,
): Promise<Stack> {
  const logDirectory = join(options.home, 'logs');
  mkdirSync(logDirectory, { recursive: true, mode: 0o700 });
  const postgres =
    options.databaseUrl === undefined
      ? keep(await timed(options, 'PostgreSQL', () => startDatabase(options)))
      : undefined;
  const databaseUrl = options.databaseUrl ?? postgres?.running().url ?? '';
  await timed(options, 'schema', () => migrate(databaseUrl));
  await publishPolicies(options, databaseUrl);
  const databases = await databasesOf(options, databaseUrl, postgres !== undefined);
  const temporal =
    options.temporalAddress === undefined
      ? keep(await timed(options, 'Temporal server', () => startTemporal(options)))
      : undefined;
  const temporalAddress = options.temporalAddress ?? temporal?.running().address ?? '';
  const temporalUiUrl = temporal?.running().uiUrl;
  const specs = await programs(options, {
    databases,
    temporal: {
      // How a shell reaches another server says nothing of our own.
      ...(temporal === undefined ? {} : noTemporalVariables),
      TEMPORAL_ADDRESS: temporalAddress,
    },
    dataPlane: {
      SLUICE_ENVIRONMENTS_FILE: options.environmentsFile,
      SLUICE_DATA_KEY: options.secrets.dataKey,
      SLUICE_INTERNAL_TOKEN: options.secrets.internalToken,
    },
    fresh: { SLUICE_FRESH_KEY: options.secrets.freshKey },
    subjects: { SLUICE_SUBJECT_KEY: options.secrets.subjectKey },
  });
  const startNamed = (step: string, spec: Parameters<typeof startService>[0]) =>
    timed(options, step, async () => keep(await startService(spec)));
  const [staging, api, ...gateways] = await Promise.all([
    startNamed('staging gateway', specs.staging),
    startNamed('API', specs.api),
    ...specs.gateways.map((spec) => startNamed(spec.name, spec)),
  ]);
  const stagingUrl = staging.address();
  const [production] = gateways;
  const productionUrl =
    production === undefined ? {} : { SLUICE_PRODUCTION_GATEWAY_URL: production.address() };
  const asking = { SLUICE_STAGING_GATEWAY_URL: stagingUrl, ...productionUrl };
  const [worker, evaluation] = await Promise.all([
    startNamed('worker', { ...specs.worker, env: { ...specs.worker.env, ...asking } }),
    startNamed('evaluation worker', { ...specs.evaluation, env: { ...specs.evaluation.env, ...asking } }),
  ]);
  return {
    connections: {
      apiUrl: api.address(),
      databaseUrl,
      breakGlassUrl: databases.breakglass,
      temporalAddress,
      ...(temporalUiUrl === undefined ? {} : { temporalUiUrl }),
      productionGateways: gateways.map((gateway) => gateway.address()),
      stagingGateway: stagingUrl,
      gatewayAdmins: [...gateways, staging].map((gateway) => gateway.address('adminUrl')),
      apiAdmin: api.address('adminUrl'),
    },
    api,
    worker,
    evaluation,
    gateways,
    staging,
    temporal,
    postgres,
    parts: [postgres, temporal, api, worker, evaluation, staging, ...gateways].filter(
      (part) => part !== undefined,
    ),
    logDirectory,
    stop,
  };
}
