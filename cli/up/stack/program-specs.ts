import { join, resolve } from 'node:path';
import type { LoginProgram } from '../../../domain/access/login-programs.ts';
import { drainLimitMs } from '../../../gateway/drain.ts';
import { readEnvironments } from '../environments/environments.ts';
import { programVariables } from '../environments/program-variables.ts';
import type { ServiceSpec } from '../service.ts';
import { portOf, type PortChoice, type StackOptions } from './stack-options.ts';

const root = resolve(import.meta.dirname, '../../..');

/** For a gateway's last counts, once its last answer has ended. */
const flushMs = 10_000;

/** What each program of the stack is started with. */
export interface ProgramSpecs {
  readonly staging: ServiceSpec;
  readonly gateways: readonly ServiceSpec[];
  readonly api: ServiceSpec;
  readonly worker: ServiceSpec;
  readonly evaluation: ServiceSpec;
}

/** The servers that all programs use. */
interface SharedServers {
  /** Each program's own way into the database. */
  readonly logins: Readonly<Record<LoginProgram, string>>;
  /** The settings by which programs reach Temporal. */
  readonly temporal: Readonly<Record<string, string>>;
}

interface Shared extends SharedServers {
  readonly options: StackOptions;
  /** What the shell says, each program's part of it. */
  readonly given: ReturnType<typeof programVariables>;
  /** Of those that answer requests or open samples of them. */
  readonly dataPlane: Readonly<Record<string, string>>;
  /** Of those that keep requests as they came, or ask them again. */
  readonly fresh: Readonly<Record<string, string>>;
  /** Of the one that mirrors, and of the one that shows people what came of it. */
  readonly mirrored: Readonly<Record<string, string>>;
  /** What subjects are known by: of those that keep something of them, or delete it. */
  readonly subjects: Readonly<Record<string, string>>;
}

/** Ports are chosen here, once for all runs of a program. */
export async function programSpecs(options: StackOptions, servers: SharedServers): Promise<ProgramSpecs> {
  const { secrets, ports } = options;
  const { gateways, staging, admin = [] } = ports;
  const shared: Shared = {
    ...servers,
    options,
    given: programVariables({
      variables: { ...process.env, ...options.env },
      bindings: readEnvironments(options.environmentsFile),
      ownDatabase: options.databaseUrl !== undefined,
    }),
    dataPlane: {
      SLUICE_ENVIRONMENTS_FILE: options.environmentsFile,
      SLUICE_DATA_KEY: secrets.dataKey,
      SLUICE_INTERNAL_TOKEN: secrets.internalToken,
    },
    fresh: { SLUICE_FRESH_KEY: secrets.freshKey },
    mirrored: { SLUICE_MIRROR_KEY: secrets.mirrorKey },
    subjects: { SLUICE_SUBJECT_KEY: secrets.subjectKey },
  };
  const ofStaging = { name: 'staging-gateway', environment: 'staging', port: staging };
  return {
    api: await apiSpec(shared),
    staging: await gatewaySpec(shared, { ...ofStaging, admin: admin[gateways.length] }),
    gateways: await Promise.all(
      gateways.map((port, i) =>
        gatewaySpec(shared, {
          ...{ name: `gateway-${i + 1}`, environment: 'production' },
          ...{ port, admin: admin[i] },
        }),
      ),
    ),
    worker: workerSpec(shared),
    evaluation: evaluationSpec(shared),
  };
}

interface GatewayPlace {
  readonly name: string;
  readonly environment: string;
  readonly port: PortChoice;
  readonly admin: PortChoice | undefined;
}

async function gatewaySpec(shared: Shared, place: GatewayPlace): Promise<ServiceSpec> {
  const { options, given, logins, dataPlane, fresh, subjects } = shared;
  const { name, environment, port, admin = 'free' } = place;
  return {
    ...programFiles(options, name, 'gateway/main.ts'),
    // It ends the answers that are on, and then tells what it has counted.
    stopTimeoutMs: drainLimitMs + flushMs,
    env: {
      ...given.gateway(environment),
      DATABASE_URL: logins.gateway,
      ...dataPlane,
      ...fresh,
      ...subjects,
      SLUICE_GATEWAY_ID: name,
      SLUICE_ENVIRONMENT: environment,
      SLUICE_GATEWAY_PORT: String(await portOf(port)),
      SLUICE_GATEWAY_ADMIN_PORT: String(await portOf(admin)),
      SLUICE_STATE_DIR: join(options.home, 'gateways', name),
    },
  };
}

async function apiSpec({
  options,
  given,
  logins,
  temporal,
  subjects,
  mirrored,
}: Shared): Promise<ServiceSpec> {
  const { home, ports, secrets, adminToken } = options;
  const admin = ports.admin?.[ports.gateways.length + 1] ?? 'free';
  return {
    ...programFiles(options, 'api', 'api/main.ts'),
    env: {
      ...given.api,
      DATABASE_URL: logins.api,
      ...temporal,
      ...subjects,
      ...mirrored,
      SLUICE_API_PORT: String(await portOf(ports.api)),
      SLUICE_API_ADMIN_PORT: String(await portOf(admin)),
      SLUICE_AUDIT_KEY: secrets.auditKey,
      SLUICE_AUDIT_HEADS_FILE: join(home, 'audit', 'heads.jsonl'),
      ...(adminToken === undefined ? {} : { SLUICE_ADMIN_TOKEN: adminToken }),
    },
  };
}

function workerSpec({ options, given, logins, temporal, dataPlane }: Shared): ServiceSpec {
  return {
    ...programFiles(options, 'worker', 'workers/main.ts'),
    env: {
      // That it can be asked whether it lives.
      SLUICE_METRICS_PORT: '0',
      ...given.worker,
      DATABASE_URL: logins.worker,
      ...temporal,
      ...dataPlane,
    },
  };
}

function evaluationSpec({
  options,
  given,
  logins,
  temporal,
  dataPlane,
  fresh,
  mirrored,
}: Shared): ServiceSpec {
  return {
    ...programFiles(options, 'evaluation-worker', 'workers/evaluation-main.ts'),
    env: {
      ...given.evaluation,
      DATABASE_URL: logins.evaluation,
      ...temporal,
      ...dataPlane,
      ...fresh,
      ...mirrored,
      // A port that the shell names is the worker's.
      SLUICE_METRICS_PORT: '',
    },
  };
}

function programFiles({ home }: StackOptions, name: string, script: string) {
  return { name, script: join(root, script), logFile: join(home, 'logs', `${name}.log`) };
}
