import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { visibleText } from '../../domain/text/visible-text.ts';
import { exitCodes, type ExitCode } from '../../domain/errors.ts';
import { claimHome } from './home/claim-home.ts';
import {
  environmentsFile,
  missingKeys,
  ownEnvironmentsFile,
  readBindings,
  readEnvironments,
} from './environments/environments.ts';
import { greeting, keysWarning, simulatorNote } from './greeting.ts';
import { homeDirectory, lastPostgresPort, openSecrets, writeConnections } from './home/home.ts';
import type { StackPart } from './part.ts';
import { makePrivate } from './home/private-home.ts';
import { choosePorts, chooseSimulatorPorts, usualOrFree } from './ports.ts';
import { writeSimulatedEnvironments } from './environments/simulated-environments.ts';
import { startSimulator } from './simulator.ts';
import { startStack, type Stack } from './stack/stack.ts';
import { goByTryout, leaveTryout } from './tryout.ts';
import { runUntilTold } from './until-told.ts';

/** Programs whose `sluice up` was killed end within ten seconds: that long their ports are waited for, and a little more. */
const leftBehindMs = 12_000;

export interface UpOptions {
  readonly home?: string;
  /** Make a new admin token known; the first start always does. */
  readonly newToken: boolean;
  /** Seal samples by a new data key from now on. */
  readonly newDataKey: boolean;
  /** Play the vendors on this machine, for trying it without keys. */
  readonly simulate: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
}

function tell(line: string): void {
  process.stderr.write(visibleText(`  ${line}\n`));
}

/**
 * `sluice up`: the whole stack for real use on this machine, with its data under SLUICE_HOME (`.sluice`). Runs until
 * it is told to stop, and returns the exit code. Throws where a part does not start.
 */
export async function upCommand(options: UpOptions): Promise<ExitCode> {
  const home = options.home ?? homeDirectory(options.environment, options.workingDirectory);
  makePrivate(home);
  const claim = claimHome(home);
  try {
    const port = (usual: number) => usualOrFree(usual, tell, claim.leftBehind ? leftBehindMs : 0);
    return await (options.simulate ? runSimulated(options, home, port) : runReal(options, home, port));
  } finally {
    claim.release();
  }
}

/** Resolves to a usual port or, where that is taken, to another. */
type ChoosePort = (usual: number) => Promise<number>;

function runReal(options: UpOptions, home: string, port: ChoosePort): Promise<ExitCode> {
  const file = environmentsFile(options.workingDirectory, home);
  return runStack(options, home, port, { file, vendors: [] });
}

async function runSimulated(options: UpOptions, home: string, port: ChoosePort): Promise<ExitCode> {
  // A file that is wrong is told before anything is started.
  const simulates = ownEnvironmentsFile(options.workingDirectory, home);
  const own = readEnvironments(simulates);
  const simulator = await startSimulator(home, await chooseSimulatorPorts(port));
  try {
    const urls = { openai: simulator.address('openai'), anthropic: simulator.address('anthropic') };
    const file = writeSimulatedEnvironments(home, own, urls);
    const named = simulates === undefined ? {} : { simulates };
    return await runStack(options, home, port, { file, vendors: [simulator], ...named });
  } finally {
    await simulator.stop();
  }
}

interface ChosenBindings {
  readonly file: string;
  /** Whose bindings the file has, with simulated vendors. */
  readonly simulates?: string;
  /** What plays the vendors. */
  readonly vendors: readonly StackPart[];
}

async function runStack(
  options: UpOptions,
  home: string,
  port: ChoosePort,
  { file: bindings, simulates, vendors }: ChosenBindings,
): Promise<ExitCode> {
  // Only a start that came through has written where the stack is, and shown its token.
  const firstStart = !existsSync(join(home, 'connections.json'));
  const { secrets } = openSecrets(home, { newDataKey: options.newDataKey });
  const token = firstStart || options.newToken ? `slc_${randomBytes(32).toString('base64url')}` : undefined;
  // Before anything is started: each program would only say that it did not start.
  const missing = missingKeys(readBindings(bindings, ['production', 'staging']), options.environment);
  const lastPort = options.environment['DATABASE_URL'] === undefined ? lastPostgresPort(home) : undefined;
  const postgres = lastPort === undefined ? {} : { postgres: await port(lastPort) };
  let policyNote = '';
  const stack = await startStack({
    home,
    secrets,
    environmentsFile: bindings,
    ...(token === undefined ? {} : { adminToken: token }),
    databaseUrl: options.environment['DATABASE_URL'],
    temporalAddress: options.environment['TEMPORAL_ADDRESS'],
    ports: { ...(await choosePorts(port)), ...postgres },
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
  const why = await runUntilTold({
    parts: [...stack.parts, ...vendors],
    serving: stack.gateways,
    stop: () => stopAll(stack, vendors),
  });
  // Nobody is to be sent to the bindings of a stack that is gone: its simulated models are, too.
  writeConnections(home, stack.connections);
  return why === undefined ? exitCodes.done : exitCodes.internal;
}

async function stopAll(stack: Stack, vendors: readonly StackPart[]): Promise<void> {
  await stack.stop();
  for (const vendor of vendors) await vendor.stop();
}
