import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { openSecrets, writeConnections } from '../../cli/up/home/home.ts';
import { freePort } from '../../cli/up/servers/free-port.ts';
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
import { makeFrugal } from './real/frugal-app.ts';
import { watchSpending, type Spending } from './real/spending.ts';
import type { Vendors } from './real/vendors.ts';
import { loadKnowledge } from '../bank-support/load-knowledge.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Everything that the journey plays on: real processes, an app's folder, and the traffic of its users. */
export interface DemoWorld {
  home: string;
  stack: Stack;
  app: AppFolder;
  commands: CommandLine;
  traffic: Traffic;
  token: string;
  /** The provider simulator's switches and counters; undefined where real providers answer. */
  provider: ProviderControl | undefined;
  /** What real providers cost; undefined where the simulator answers. */
  spending: Spending | undefined;
  stop(): Promise<void>;
}

export interface WorldOptions {
  dataDirectory: string | undefined;
  /** Call these vendors' own APIs instead of the simulator. */
  vendors: Vendors | undefined;
  onProgress: (step: string, durationMs: number) => void;
  /** Settings of the stack's programs beside those of a demo. */
  env?: Record<string, string>;
  /** What the operator has bound, made of what a demo binds. */
  bind?: (environments: EnvironmentsFile) => EnvironmentsFile;
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

async function startRetriever(home: string, port: number, databaseUrl: string): Promise<Service> {
  return startService({
    name: 'retriever',
    script: join(root, 'examples', 'bank-support', 'retriever', 'main.ts'),
    env: { RETRIEVER_DATABASE_URL: databaseUrl, RETRIEVER_PORT: String(port) },
    logFile: join(home, 'logs', 'retriever.log'),
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
  try {
    const { vendors, dataDirectory } = options;
    const adapt = vendors === undefined ? {} : { adapt: makeFrugal };
    const app = await layOutApp(join(home, 'bank-support'), { dataDirectory, ...adapt });
    const providers =
      vendors === undefined
        ? await simulatedProviders(home, longMessageCharacters(app.queries))
        : realProviders(vendors);
    parts.push(providers);
    const retrieverPort = await freePort();
    const retrieverUrl = `http://127.0.0.1:${retrieverPort}/query`;
    const environmentsFile = join(home, 'sluice.environments.yaml');
    const { bind = (environments: EnvironmentsFile) => environments } = options;
    writeFileSync(environmentsFile, stringify(bind(providers.environments(retrieverUrl))));
    const token = `slc_${randomBytes(32).toString('base64url')}`;
    const stack = await startDemoStack(home, environmentsFile, token, options);
    parts.push(stack);
    const retriever = await startRetriever(home, retrieverPort, stack.connections.databaseUrl);
    parts.push(retriever);
    await loadKnowledge({
      url: retriever.address(),
      name: 'knowledge',
      version: '1',
      file: app.knowledgeFile,
    });
    const traffic = startTraffic({
      targets: stack.connections.productionGateways.map((url) => ({
        openaiBaseUrl: `${url}/v1`,
        anthropicBaseUrl: url,
      })),
      app: 'bank-support',
      queries: app.queries,
      // Nobody asks before there is something to answer; the journey turns it up.
      ratePerSecond: 0,
      subjects: 2000,
      clients: ['openai', 'anthropic', 'http'],
      timeoutMs: 10_000,
    });
    parts.push(traffic);
    const spending = vendors === undefined ? undefined : watchSpending(stack.connections.gatewayAdmins ?? []);
    if (spending !== undefined) parts.push(spending);
    const commands = createCommandLine(app.directory, {
      SLUICE_HOME: home,
      SLUICE_API_URL: stack.connections.apiUrl,
      SLUICE_TOKEN: token,
      [demoKey.name]: demoKey.value,
    });
    parts.push(commands);
    return {
      home,
      stack,
      app,
      commands,
      traffic,
      token,
      provider: providers.control,
      spending,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
