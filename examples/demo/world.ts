import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { openSecrets, writeConnections } from '../../cli/up/home.ts';
import { freePort } from '../../cli/up/servers/free-port.ts';
import { startService, type Service } from '../../cli/up/service.ts';
import { startStack, type Stack } from '../../cli/up/stack.ts';
import { startTraffic, type Traffic } from '../../simulator/traffic/traffic.ts';
import { layOutApp, longMessageCharacters, type AppFolder } from './app-folder.ts';
import { simulatedEnvironments, vendorEnvironments } from './bindings.ts';
import { createCommandLine, type CommandLine } from './command-line.ts';
import { loadKnowledge } from '../bank-support/load-knowledge.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Everything that the journey plays on: real processes, an app's folder, and the traffic of its users. */
export interface World {
  home: string;
  stack: Stack;
  app: AppFolder;
  commands: CommandLine;
  traffic: Traffic;
  token: string;
  /** The provider simulator's switches and counters; undefined where real providers answer. */
  provider: ProviderControl | undefined;
  stop(): Promise<void>;
}

export type ProviderName = 'openai' | 'anthropic';

export interface ProviderControl {
  down(name: ProviderName): Promise<void>;
  up(name: ProviderName): Promise<void>;
  /** Calls that each provider has answered so far. */
  calls(): Promise<Record<ProviderName, number>>;
}

export interface WorldOptions {
  dataDirectory: string | undefined;
  /** Call the vendors' own APIs instead of the simulator. */
  real: boolean;
  onProgress: (step: string, durationMs: number) => void;
}

const statsSchema = z.object({ models: z.record(z.string(), z.looseObject({ ok: z.number().optional() })) });

function startSimulator(home: string, fastCharacters: number): Promise<Service> {
  return startService({
    name: 'provider-simulator',
    script: join(root, 'simulator', 'provider', 'main.ts'),
    env: { SIMULATOR_FLASH_FAST_CHARACTERS: String(fastCharacters) },
    logFile: join(home, 'logs', 'simulator.log'),
  });
}

function createProviderControl(simulator: Service): ProviderControl {
  const control = `${simulator.address('control')}/simulator`;
  const set = async (name: ProviderName, state: string) => {
    const response = await fetch(`${control}/provider/${name}/${state}`, { method: 'POST' });
    if (!response.ok) throw new Error(`The simulator did not take ${name} ${state}: ${response.status}.`);
  };
  return {
    down: (name) => set(name, 'down'),
    up: (name) => set(name, 'up'),
    async calls() {
      const { models } = statsSchema.parse(await (await fetch(`${control}/stats`)).json());
      const sum = (prefix: string) =>
        Object.entries(models).reduce(
          (total, [model, { ok }]) => total + (model.startsWith(prefix) ? (ok ?? 0) : 0),
          0,
        );
      return { openai: sum('atlas-'), anthropic: sum('sonata-') };
    },
  };
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
    env: { DEMO_PROVIDER_KEY: 'demo', SLUICE_LOG_LEVEL: 'info' },
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
export async function startWorld(options: WorldOptions): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  const parts: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const app = await layOutApp(join(home, 'bank-support'), options.dataDirectory);
    const simulator = options.real
      ? undefined
      : await startSimulator(home, longMessageCharacters(app.queries));
    if (simulator !== undefined) parts.push(simulator);
    const retrieverPort = await freePort();
    const retrieverUrl = `http://127.0.0.1:${retrieverPort}/query`;
    const environmentsFile = join(home, 'sluice.environments.yaml');
    const environments =
      simulator === undefined
        ? vendorEnvironments(retrieverUrl)
        : simulatedEnvironments(
            { openai: simulator.address('openai'), anthropic: simulator.address('anthropic') },
            retrieverUrl,
          );
    writeFileSync(environmentsFile, stringify(environments));
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
    const commands = createCommandLine(app.directory, {
      SLUICE_HOME: home,
      SLUICE_API_URL: stack.connections.apiUrl,
      SLUICE_TOKEN: token,
    });
    return {
      home,
      stack,
      app,
      commands,
      traffic,
      token,
      provider: simulator === undefined ? undefined : createProviderControl(simulator),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
