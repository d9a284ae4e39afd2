import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { createApiClient, type ApiClient } from '../../cli/http/api-client.ts';
import { openSecrets, writeConnections } from '../../cli/up/home/home.ts';
import { freePort } from '../../cli/up/servers/free-port.ts';
import { startPostgres, type PostgresServer } from '../../cli/up/servers/postgres.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import type { EnvironmentsFile } from '../../domain/revision/binding.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import { startService, type Service } from '../../cli/up/service.ts';
import { startStack, type Stack } from '../../cli/up/stack/stack.ts';
import { startTraffic, type Traffic } from '../../simulator/traffic/traffic.ts';
import { layOutApp, longMessageCharacters, type AppFolder } from './app-folder.ts';
import { demoKey } from './bindings.ts';
import { createCommandLine, type CommandLine } from './command-line.ts';
import { realProviders, simulatedProviders, type ProviderControl } from './providers.ts';
import { makeScored } from './scored-app.ts';
import { makeFrugal } from './real/frugal-app.ts';
import { watchSpending, type Spending } from './real/spending.ts';
import type { Vendors } from './real/vendors.ts';
import { loadKnowledge, type LabelledRow } from '../bank-support/load-knowledge.ts';

/** Each is scored once in a step: fewer would be known before a score says anything. */
const customers = 10_000;

const root = resolve(import.meta.dirname, '..', '..');

/** Everything that the journey plays on: real processes, an app's folder, and the traffic of its users. */
export interface DemoWorld {
  readonly home: string;
  readonly stack: Stack;
  readonly app: AppFolder;
  readonly commands: CommandLine;
  /** For what is looked at again and again: a command is a process each time. */
  readonly api: ApiClient;
  readonly traffic: Traffic;
  /** More users, of an app of the stack and with these questions; nobody asks before they are turned up. */
  users(app: string, queries: readonly LabelledRow[]): Traffic;
  readonly token: string;
  /** The provider simulator's switches and counters; undefined where real providers answer. */
  readonly provider: ProviderControl | undefined;
  /** What real providers cost; undefined where the simulator answers. */
  readonly spending: Spending | undefined;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly dataDirectory: string | undefined;
  /** Call these vendors' own APIs instead of the simulator. */
  readonly vendors: Vendors | undefined;
  readonly onProgress: (step: string, durationMs: number) => void;
  /** Settings of the stack's programs beside those of a demo. */
  readonly env?: Record<string, string>;
  /** What is made of the example's files; by default an app whose answers are scored, on real providers a frugal one. */
  readonly adapt?: (directory: string, queries: readonly LabelledRow[]) => void;
  /** Keep what the search service knows in a PostgreSQL of its own, which lives where the stack's is killed. */
  readonly ownKnowledge?: boolean;
  /** What the operator has bound, made of what a demo binds. */
  readonly bind?: (environments: EnvironmentsFile) => EnvironmentsFile;
}

/** Starts the stack with the lease and the intervals of a demo. */
async function startDemoStack(
  home: string,
  environmentsFile: string,
  token: string,
  options: WorldOptions,
): Promise<Stack> {
  const stack = await startStack({
    home,
    secrets: openSecrets(home).secrets,
    environmentsFile,
    adminToken: token,
    ports: { api: 'free', gateways: ['free', 'free'], staging: 'free', temporalUi: 'free' },
    durable: false,
    preparePolicies: async (db) => {
      await publishPolicy(db, { scope: '*', policy: tryoutPolicy, actor: 'system:demo' });
    },
    env: { [demoKey.name]: demoKey.value, SLUICE_LOG_LEVEL: 'info', ...options.env },
    onProgress: options.onProgress,
    log: () => undefined,
  });
  writeConnections(home, stack.connections);
  return stack;
}

/** The search service; what it knows is loaded into it later. */
async function startRetriever(home: string, port: number, databaseUrl: string): Promise<Service> {
  return startService({
    name: 'retriever',
    script: join(root, 'examples', 'bank-support', 'retriever', 'main.ts'),
    env: { RETRIEVER_DATABASE_URL: databaseUrl, RETRIEVER_PORT: String(port) },
    logFile: join(home, 'logs', 'retriever.log'),
  });
}

function startKnowledgeDatabase(home: string): Promise<PostgresServer> {
  return startPostgres({
    dataDirectory: join(home, 'knowledge'),
    durable: false,
    logFile: join(home, 'logs', 'knowledge.log'),
    log: () => undefined,
  });
}

/** An app's users. Nobody asks before there is something to answer; the journey turns it up. */
function startUsers({ connections }: Stack, app: string, queries: readonly LabelledRow[]): Traffic {
  return startTraffic({
    targets: connections.productionGateways.map((url) => ({
      openaiBaseUrl: `${url}/v1`,
      anthropicBaseUrl: url,
    })),
    app,
    queries,
    ratePerSecond: 0,
    subjects: customers,
    clients: ['openai', 'anthropic', 'http'],
    timeoutMs: 10_000,
  });
}

/** Starts it all in a folder of its own under the system's temporary folder. Stops what it started where a part fails. */
export async function startWorld(options: WorldOptions): Promise<DemoWorld> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  const parts: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop();
    rmSync(home, { recursive: true, force: true });
  };
  const keep = <Part extends { stop(): Promise<unknown> }>(part: Part): Part => {
    parts.push(part);
    return part;
  };
  try {
    return { ...(await startParts(home, options, keep)), home, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  home: string,
  options: WorldOptions,
  keep: <Part extends { stop(): Promise<unknown> }>(part: Part) => Part,
): Promise<Omit<DemoWorld, 'home' | 'stop'>> {
  const { vendors, dataDirectory } = options;
  const adapt = options.adapt ?? (vendors === undefined ? makeScored : makeFrugal);
  const app = await layOutApp(join(home, 'bank-support'), { dataDirectory, adapt });
  const providers = keep(
    vendors === undefined
      ? await simulatedProviders(home, longMessageCharacters(app.queries))
      : realProviders(vendors),
  );
  const retrieverPort = await freePort();
  const environments = providers.environments(`http://127.0.0.1:${retrieverPort}/query`);
  const environmentsFile = join(home, 'sluice.environments.yaml');
  writeFileSync(environmentsFile, stringify(options.bind?.(environments) ?? environments));
  const token = `slc_${randomBytes(32).toString('base64url')}`;
  const stack = keep(await startDemoStack(home, environmentsFile, token, options));
  const knowledgeDatabase =
    options.ownKnowledge === true ? keep(await startKnowledgeDatabase(home)) : undefined;
  const databaseUrl = knowledgeDatabase?.url ?? stack.connections.databaseUrl;
  const retriever = keep(await startRetriever(home, retrieverPort, databaseUrl));
  const knowledge = { name: 'knowledge', version: '1', file: app.knowledgeFile };
  await loadKnowledge({ url: retriever.address(), ...knowledge });
  const { apiUrl, gatewayAdmins = [] } = stack.connections;
  return {
    stack,
    app,
    traffic: keep(startUsers(stack, 'bank-support', app.queries)),
    users: (name, queries) => keep(startUsers(stack, name, queries)),
    token,
    api: createApiClient({ apiUrl, token }),
    provider: providers.control,
    spending: vendors === undefined ? undefined : keep(watchSpending(gatewayAdmins)),
    commands: keep(
      createCommandLine(app.directory, {
        SLUICE_HOME: home,
        SLUICE_API_URL: apiUrl,
        SLUICE_TOKEN: token,
        [demoKey.name]: demoKey.value,
      }),
    ),
  };
}
