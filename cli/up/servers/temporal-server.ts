import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SluiceError } from '../../../domain/errors.ts';
import { findTemporalCli } from '../../../scripts/set-up/temporal-cli.mjs';
import { lastLines, startProcess, type SupervisedProcess } from './child-process.ts';
import { freePort, isPortFree } from './free-port.ts';
import { endLeftover, noteServer } from './one-server-a-file.ts';

export type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

export interface TemporalServerOptions {
  /** The `temporal` program. Default: as `findTemporalCli` finds it in `env`. */
  readonly cli?: string;
  /** What TEMPORAL_CLI, PATH and the cache's place are read from; used without `cli` only. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** SQLite file that keeps workflows over restarts. Default: in memory. */
  readonly dataFile?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Of the Web UI; `off` for none. Default: a free one. */
  readonly uiPort?: number | 'off';
  /** Registered before the server takes calls; the worker registers Sluice's own at run time. */
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeType>>;
  /** Settings of the server's own, value as JSON. */
  readonly dynamicConfig?: Readonly<Record<string, string | number>>;
  readonly logFile: string;
  /** Told in sentences what is happening. */
  readonly log: (line: string) => void;
}

export interface TemporalServer {
  /** `host:port` of the gRPC frontend. */
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly pid: number;
  readonly process: SupervisedProcess;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
/** Without this every timer below a second fires after about one second. */
const shortTimers = { 'history.timerProcessorMaxTimeShift': '10ms' };

/**
 * Starts `temporal server start-dev` on the loopback interface; it ends with this process, and what an earlier one has
 * left running on the data file is ended first. Resolves when it answers:
 * a client that connects before it listens pays a back-off of a second, and one that asks between listening and serving
 * is told "Frontend is not healthy yet".
 *
 * @throws SluiceError `not_found` without a Temporal CLI, `conflict` for a port that is taken, `unreachable` with the
 *   server's own words when it does not start.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { log, logFile } = options;
  const command = options.cli ?? findTemporalCli(options.env ?? {});
  if (command === undefined) {
    throw new SluiceError('not_found', 'There is no Temporal CLI to start a server with.', {
      remedy:
        'Run `npm run bootstrap`, set TEMPORAL_CLI to the program, or TEMPORAL_ADDRESS to a running server.',
    });
  }
  if (options.dataFile !== undefined) {
    mkdirSync(dirname(options.dataFile), { recursive: true });
    await endLeftover(options.dataFile, log);
  }
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort ?? (await freePort());
  for (const wanted of [port, uiPort]) await requireFree(wanted);
  const server = await startProcess({
    name: 'temporal',
    run: { kind: 'program', command, args: serverArguments(options, port, uiPort) },
    logFile,
  });
  if (options.dataFile !== undefined) noteServer(options.dataFile, server.pid);
  // The Web UI comes up after the frontend.
  const address = `127.0.0.1:${port}`;
  await untilReady(server, address, uiPort === 'off' ? [port] : [port, uiPort]);
  const uiUrl = uiPort === 'off' ? undefined : `http://127.0.0.1:${uiPort}`;
  log(`Temporal listens on ${address} (pid ${server.pid})${uiUrl === undefined ? '' : `, Web UI ${uiUrl}`}`);
  return {
    address,
    uiUrl,
    pid: server.pid,
    process: server,
    stop: async () => {
      await server.stop();
    },
  };
}

function serverArguments(options: TemporalServerOptions, port: number, uiPort: number | 'off'): string[] {
  const { dataFile, searchAttributes = {}, dynamicConfig = {} } = options;
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...(uiPort === 'off' ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...Object.entries({ ...shortTimers, ...dynamicConfig }).flatMap(([name, value]) => [
      '--dynamic-config-value',
      `${name}=${JSON.stringify(value)}`,
    ]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...(dataFile === undefined
      ? []
      : ['--db-filename', dataFile, ...pragma('journal_mode=WAL'), ...pragma('synchronous=1')]),
  ];
}

/** Write-ahead logging with a sync at every checkpoint doubles the starts per second; a crash of the process loses nothing. */
function pragma(setting: string): string[] {
  return ['--sqlite-pragma', setting];
}

/** A foreign server on the port would answer in place of ours. */
async function requireFree(port: number | 'off'): Promise<void> {
  if (port === 'off' || (await isPortFree(port))) return;
  throw new SluiceError('conflict', `Port ${port} is taken.`, {
    remedy: 'Stop what listens there, or choose another port.',
  });
}

async function untilReady(
  server: SupervisedProcess,
  address: string,
  ports: readonly number[],
): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (server.exit() === undefined && performance.now() < deadline) {
    const accepted = await Promise.all(ports.map(accepts));
    if (accepted.every(Boolean) && (await servesTemporal(address, 1_000)) && server.exit() === undefined)
      return;
    await delay(POLL_MS);
  }
  const ended = server.exit() !== undefined;
  await server.stop();
  const reason = ended ? lastLines(server.output()) : `not ready after ${READY_TIMEOUT_MS / 1000} s`;
  throw new SluiceError('unreachable', `The Temporal server did not start: ${reason}`, {
    remedy: `Read ${server.logFile}.`,
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** Whether the frontend takes calls within that many milliseconds, which is later than its port does. Never rejects. */
export async function servesTemporal(address: string, withinMs: number): Promise<boolean> {
  const connection = Connection.lazy({ address, connectTimeout: withinMs });
  try {
    await connection.ensureConnected();
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
