import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes, type ExitCode } from '../../domain/errors.ts';
import {
  environmentsFile,
  missingKeys,
  readBindings,
  simulatorKey,
  writeSimulatedEnvironments,
} from './environments.ts';
import { homeDirectory, openSecrets, writeConnections } from './home.ts';
import { isPortFree } from './servers/free-port.ts';
import { startService, type Service } from './service.ts';
import { startStack, type PortChoice, type Stack } from './stack.ts';

export interface UpOptions {
  home?: string;
  /** Make a new admin token known; the first start always does. */
  newToken: boolean;
  /** Play the vendors on this machine, for trying it without keys. */
  simulate: boolean;
  environment: NodeJS.ProcessEnv;
  workingDirectory: string;
}

const usualPorts = { api: 7400, gateways: [7411, 7412], staging: 7421, temporalUi: 8233 };

const simulatorScript = resolve(import.meta.dirname, '../../simulator/provider/main.ts');

/** A usual port where it is free, so that addresses stay the same from day to day; else any. */
async function usualOrFree(port: number): Promise<PortChoice> {
  return (await isPortFree(port)) ? port : 'free';
}

async function choosePorts() {
  return {
    api: await usualOrFree(usualPorts.api),
    gateways: await Promise.all(usualPorts.gateways.map(usualOrFree)),
    staging: await usualOrFree(usualPorts.staging),
    temporalUi: await usualOrFree(usualPorts.temporalUi),
  };
}

function greeting(stack: Stack, token: string | undefined, bindings: string): string {
  const { apiUrl, temporalUiUrl, productionGateways, stagingGateway } = stack.connections;
  const lines = [
    '',
    `  API               ${apiUrl}   (OpenAPI: ${apiUrl}/openapi.json)`,
    ...productionGateways.map(
      (url) => `  Gateway           ${url}/v1   (OpenAI clients; Anthropic clients without /v1)`,
    ),
    `  Staging gateway   ${stagingGateway}/v1`,
    ...(temporalUiUrl === undefined ? [] : [`  Temporal Web UI   ${temporalUiUrl}`]),
    `  Metrics           ${apiUrl}/metrics, and /metrics of every gateway`,
    `  Bindings          ${bindings}`,
    `  Logs              ${stack.logDirectory}`,
    '',
  ];
  if (token !== undefined) {
    lines.push(
      '  For the sluice command in other folders (the token is shown this once; `sluice up --new-token` makes another):',
      `    export SLUICE_API_URL=${apiUrl}`,
      `    export SLUICE_TOKEN=${token}`,
      '',
    );
  }
  lines.push(
    '  Next: `sluice init my-app`, or see "Your own app in ten minutes" in README.md. Ctrl-C stops everything.',
    '',
  );
  return lines.join('\n');
}

/** Resolves at Ctrl-C or SIGTERM, or when a program of the stack has ended by itself. */
async function untilToldOrFallen(stack: Stack): Promise<{ name: string; how: string } | undefined> {
  const told = new AbortController();
  const tell = () => {
    told.abort();
  };
  process.once('SIGINT', tell);
  process.once('SIGTERM', tell);
  while (!told.signal.aborted) {
    const [fallen] = stack.fallen();
    if (fallen !== undefined) return fallen;
    await delay(500, undefined, { signal: told.signal }).catch(() => undefined);
  }
  return undefined;
}

async function startSimulator(home: string): Promise<Service> {
  mkdirSync(join(home, 'logs'), { recursive: true });
  return startService({
    name: 'provider-simulator',
    script: simulatorScript,
    env: {},
    logFile: join(home, 'logs', 'simulator.log'),
  });
}

const simulatorNote = `  Models are simulated: gpt-5-mini and claude-haiku-4-5 (atlas-large, sonata-large, …) classify by the labels, rules
  and examples that a prompt names. For \`sluice eval\` in a folder of yours, copy the file of the bindings there as
  sluice.environments.yaml, and: export ${simulatorKey}=any

`;

function keysWarning(names: readonly string[], bindings: string): string {
  const [are, them] = names.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return (
    `  ⚠ ${names.join(' and ')} ${are} not set: apps whose providers need ${them} will not be served.\n` +
    `    Set ${them} and start again, take the providers out of ${bindings},\n` +
    '    or try it without keys: `sluice up --simulate`.\n'
  );
}

/**
 * `sluice up`: the whole stack for real use on this machine, with its data under SLUICE_HOME (`.sluice`). Runs until
 * it is told to stop, and returns the exit code. Throws where a part does not start.
 */
export async function upCommand(options: UpOptions): Promise<ExitCode> {
  const home = options.home ?? homeDirectory(options.environment, options.workingDirectory);
  if (!options.simulate)
    return runStack(options, home, environmentsFile(options.workingDirectory, home).path);
  mkdirSync(home, { recursive: true });
  const simulator = await startSimulator(home);
  try {
    const urls = { openai: simulator.address('openai'), anthropic: simulator.address('anthropic') };
    return await runStack(options, home, writeSimulatedEnvironments(home, urls));
  } finally {
    await simulator.stop();
  }
}

async function runStack(options: UpOptions, home: string, bindings: string): Promise<ExitCode> {
  // Only a start that came through has written where the stack is, and shown its token.
  const firstStart = !existsSync(join(home, 'connections.json'));
  const { secrets } = openSecrets(home);
  const token = firstStart || options.newToken ? `slc_${randomBytes(32).toString('base64url')}` : undefined;
  const keys = options.simulate ? { [simulatorKey]: 'simulated' } : {};
  // Before anything is started: each program would only say that it did not start.
  const missing = missingKeys(readBindings(bindings, ['production', 'staging']), {
    ...options.environment,
    ...keys,
  });
  const stack = await startStack({
    home,
    secrets,
    environmentsFile: bindings,
    ...(token === undefined ? {} : { adminToken: token }),
    databaseUrl: options.environment['DATABASE_URL'],
    temporalAddress: options.environment['TEMPORAL_ADDRESS'],
    ports: await choosePorts(),
    durable: true,
    env: keys,
    onProgress: (step, ms) => process.stderr.write(`  started ${step} in ${(ms / 1000).toFixed(1)} s\n`),
    log: (line) => process.stderr.write(`  ${line}\n`),
  });
  writeConnections(home, stack.connections);
  process.stdout.write(greeting(stack, token, bindings));
  if (options.simulate) process.stdout.write(simulatorNote);
  if (missing.length > 0) process.stderr.write(keysWarning(missing, bindings));
  const fallen = await untilToldOrFallen(stack);
  if (fallen !== undefined) {
    process.stderr.write(
      `sluice: ${fallen.name} ended by itself (${fallen.how}); read its log in ${stack.logDirectory}.\n`,
    );
  }
  process.stderr.write('sluice: stopping\n');
  await stack.stop();
  return fallen === undefined ? exitCodes.done : exitCodes.internal;
}
