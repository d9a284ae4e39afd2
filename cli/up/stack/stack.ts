import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedServer } from '../embedded-server.ts';
import type { Connections } from '../home/home.ts';
import type { StackPart } from '../part.ts';
import type { PostgresServer } from '../servers/postgres.ts';
import type { TemporalServer } from '../servers/temporal-server.ts';
import { startService, type Service, type ServiceSpec } from '../service.ts';
import { openDatabase, type OpenedDatabase } from './open-database.ts';
import { openTemporal, type OpenedTemporal } from './open-temporal.ts';
import { programSpecs, type ProgramSpecs } from './program-specs.ts';
import type { StackOptions } from './stack-options.ts';
import { nothingStarted, type Started } from './started.ts';

export interface Stack {
  readonly connections: Connections;
  readonly api: Service;
  readonly worker: Service;
  readonly evaluation: Service;
  readonly gateways: readonly Service[];
  readonly staging: Service;
  /** Undefined where the stack uses a server of somebody else. */
  readonly temporal: EmbeddedServer<TemporalServer> | undefined;
  readonly postgres: EmbeddedServer<PostgresServer> | undefined;
  /** All of them. */
  readonly parts: readonly StackPart[];
  readonly logDirectory: string;
  stop(): Promise<void>;
}

/**
 * Starts everything that Sluice is on one machine: PostgreSQL, Temporal, API, both workers, the production gateways
 * and the staging gateway. When one of them does not start, those that did are stopped again. Throws what the one that
 * failed said, with its log.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const started = nothingStarted(options);
  try {
    const logDirectory = join(options.home, 'logs');
    mkdirSync(logDirectory, { recursive: true, mode: 0o700 });
    const database = await openDatabase(options, started);
    const temporal = await openTemporal(options, started);
    const specs = await programSpecs(options, { logins: database.logins, temporal: temporal.settings });
    const programs = await startPrograms(specs, started);
    const { api, worker, evaluation, staging, gateways } = programs;
    const parts = [database.server, temporal.server, api, worker, evaluation, staging, ...gateways];
    return {
      ...programs,
      connections: connectionsOf(database, temporal, programs),
      temporal: temporal.server,
      postgres: database.server,
      parts: parts.filter((part) => part !== undefined),
      logDirectory,
      stop: () => started.stop(),
    };
  } catch (error) {
    await started.stop();
    throw error;
  }
}

type Programs = Pick<Stack, 'api' | 'worker' | 'evaluation' | 'gateways' | 'staging'>;

/** The workers last: they ask gateways. */
async function startPrograms(specs: ProgramSpecs, started: Started): Promise<Programs> {
  const start = (name: string, spec: ServiceSpec) => started.part(name, () => startService(spec));
  const [staging, api, ...gateways] = await Promise.all([
    start('staging gateway', specs.staging),
    start('API', specs.api),
    ...specs.gateways.map((spec) => start(spec.name, spec)),
  ]);
  const [production] = gateways;
  const asking = {
    SLUICE_STAGING_GATEWAY_URL: staging.address(),
    ...(production === undefined ? {} : { SLUICE_PRODUCTION_GATEWAY_URL: production.address() }),
  };
  const [worker, evaluation] = await Promise.all([
    start('worker', { ...specs.worker, env: { ...specs.worker.env, ...asking } }),
    start('evaluation worker', { ...specs.evaluation, env: { ...specs.evaluation.env, ...asking } }),
  ]);
  return { api, worker, evaluation, gateways, staging };
}

function connectionsOf(
  database: OpenedDatabase,
  temporal: OpenedTemporal,
  { api, gateways, staging }: Programs,
): Connections {
  const temporalUiUrl = temporal.server?.running().uiUrl;
  return {
    apiUrl: api.address(),
    databaseUrl: database.url,
    breakGlassUrl: database.logins.breakglass,
    temporalAddress: temporal.address,
    ...(temporalUiUrl === undefined ? {} : { temporalUiUrl }),
    productionGateways: gateways.map((gateway) => gateway.address()),
    stagingGateway: staging.address(),
    gatewayAdmins: [...gateways, staging].map((gateway) => gateway.address('adminUrl')),
    apiAdmin: api.address('adminUrl'),
  };
}
