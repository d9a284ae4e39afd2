import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes, type ExitCode } from '../../domain/errors.ts';
import {
  environmentsFile,
  missingKeys,
  ownEnvironmentsFile,
  readBindings,
  readEnvironments,
} from './environments.ts';
import { homeDirectory, openSecrets, writeConnections } from './home.ts';
import { choosePorts, chooseSimulatorPorts } from './ports.ts';
import { writeSimulatedEnvironments } from './simulated-environments.ts';
import { startSimulator } from './simulator.ts';
import { goByTryout, leaveTryout } from './tryout.ts';
import { startStack, type Stack } from './stack.ts';

export interface UpOptions {
  home?: string;
  /** Make a new admin token known; the first start always does. */
  newToken: boolean;
  /** Play the vendors on this machine, for trying it without keys. */
  simulate: boolean;
  environment: NodeJS.ProcessEnv;
  workingDirectory: string;
}

/** Where the command itself is, for a shell that does not have it on its PATH. */
const binDirectory = resolve(import.meta.dirname, '../../bin');

interface Greeting {
  stack: Stack;
  home: string;
  /** Shown where it was made by this start. */
  token: string | undefined;
  bindings: string;
}

function greeting({ stack, home, token, bindings }: Greeting): string {
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
    '  For the sluice command in other folders:',
    `    export PATH=${binDirectory}:$PATH`,
    `    export SLUICE_HOME=${home}`,
    ...(token === undefined
      ? ['  and SLUICE_TOKEN, shown at the first start; `sluice up --new-token` makes another.']
      : [`    export SLUICE_TOKEN=${token}`, '  (The token is shown this once.)']),
    '',
    '  Next: `sluice init my-app`, or see "Your own app in ten minutes" in README.md. Ctrl-C stops everything.',
    '',
  ];
  return lines.join('\n');
}

function tell(line: string): void {
  process.stderr.write(`  ${line}\n`);
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

const simulatorNote = `  Models are simulated: gpt-5-mini, claude-haiku-4-5 and those that your bindings name classify by the labels, rules and
  examples that a prompt names. \`sluice eval\` uses them, too, where a folder has no other bindings of its own.

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
  mkdirSync(home, { recursive: true });
  if (!options.simulate)
    return runStack(options, home, { file: environmentsFile(options.workingDirectory, home) });
  // A file that is wrong is told before anything is started.
  const simulates = ownEnvironmentsFile(options.workingDirectory, home);
  const own = readEnvironments(simulates);
  const simulator = await startSimulator(home, await chooseSimulatorPorts(tell));
  try {
    const urls = { openai: simulator.address('openai'), anthropic: simulator.address('anthropic') };
    const file = writeSimulatedEnvironments(home, own, urls);
    return await runStack(options, home, { file, ...(simulates === undefined ? {} : { simulates }) });
  } finally {
    await simulator.stop();
  }
}

interface ChosenBindings {
  file: string;
  /** Whose bindings the file has, with simulated vendors. */
  simulates?: string;
}

async function runStack(
  options: UpOptions,
  home: string,
  { file: bindings, simulates }: ChosenBindings,
): Promise<ExitCode> {
  // Only a start that came through has written where the stack is, and shown its token.
  const firstStart = !existsSync(join(home, 'connections.json'));
  const { secrets } = openSecrets(home);
  const token = firstStart || options.newToken ? `slc_${randomBytes(32).toString('base64url')}` : undefined;
  // Before anything is started: each program would only say that it did not start.
  const missing = missingKeys(readBindings(bindings, ['production', 'staging']), options.environment);
  let policyNote = '';
  const stack = await startStack({
    home,
    secrets,
    environmentsFile: bindings,
    ...(token === undefined ? {} : { adminToken: token }),
    databaseUrl: options.environment['DATABASE_URL'],
    temporalAddress: options.environment['TEMPORAL_ADDRESS'],
    ports: await choosePorts(tell),
    durable: true,
    preparePolicies: async (db) => {
      policyNote = await (options.simulate ? goByTryout(db) : leaveTryout(db));
    },
    onProgress: (step, ms) => process.stderr.write(`  started ${step} in ${(ms / 1000).toFixed(1)} s\n`),
    log: tell,
  });
  const simulated = simulates === undefined ? {} : { simulates };
  writeConnections(home, { ...stack.connections, environmentsFile: bindings, ...simulated });
  const said = simulates === undefined ? bindings : `those of ${simulates}, with simulated vendors`;
  process.stdout.write(greeting({ stack, home, token, bindings: said }));
  if (options.simulate) process.stdout.write(simulatorNote);
  if (policyNote !== '') process.stdout.write(`  ${policyNote}\n\n`);
  if (missing.length > 0) process.stderr.write(keysWarning(missing, bindings));
  const fallen = await untilToldOrFallen(stack);
  if (fallen !== undefined) {
    process.stderr.write(
      `sluice: ${fallen.name} ended by itself (${fallen.how}); read its log in ${stack.logDirectory}.\n`,
    );
  }
  process.stderr.write('sluice: stopping\n');
  await stack.stop();
  // Nobody is to be sent to the bindings of a stack that is gone: its simulated models are, too.
  writeConnections(home, stack.connections);
  return fallen === undefined ? exitCodes.done : exitCodes.internal;
}
