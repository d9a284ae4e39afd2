import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SluiceError } from '../../../domain/errors.ts';
import { lastLines, sendSignal, startProcess, type SupervisedProcess } from './child-process.ts';
import { freePort } from './free-port.ts';
import { findPostgresBinaries, postgresUser } from './postgres-binaries.ts';
import { prepareData, type PostgresData } from './postgres-data.ts';
import { commandLine, parentPid, processesIn } from './process-table.ts';
import { systemErrorCode } from './system-error.ts';

export interface PostgresOptions {
  /** Made and initialised at the first start, kept ever after. Its parent folder also takes password and log. */
  readonly dataDirectory: string;
  /** Default: a free one. */
  readonly port?: number;
  /**
   * `false` trades the data's survival of a power loss for speed; what is committed still survives a crash of the
   * server. Only for tests and demos. Default true.
   */
  readonly durable?: boolean;
  /** Default: `<dataDirectory>.log`. */
  readonly logFile?: string;
  /** Told in sentences what is happening. */
  readonly log: (line: string) => void;
}

export interface PostgresServer {
  /** With user and password, naming the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Of the postmaster. */
  readonly pid: number;
  readonly process: SupervisedProcess;
  /** Orderly shutdown; resolves when it is gone. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
/** A watched server whose owner is gone is told to stop within milliseconds; one that stays ready has an owner. */
const HAS_OWNER_AFTER_MS = 3_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 10;
const LEFTOVER_POLL_MS = 100;

/**
 * Starts a real PostgreSQL 18 on the loopback interface. It ends with this process, even when that is killed; what an
 * earlier one has left running or half stopped is put in order first.
 *
 * @throws SluiceError `conflict` when another Sluice uses the data folder, `unreachable` with PostgreSQL's own words
 *   when it does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { dataDirectory, log, durable = true } = options;
  const user = postgresUser();
  const binaries = findPostgresBinaries(user);
  if (!existsSync(dataDirectory)) log(`initialising PostgreSQL ${binaries.version} in ${dataDirectory}`);
  const data = await prepareData(dataDirectory, binaries, user);
  await clearLeftovers(data.directory, log);
  const port = options.port ?? (await freePort());
  const server = await startProcess({
    name: 'postgres',
    run: {
      kind: 'program',
      command: binaries.postgres,
      args: serverArguments(data.directory, port, durable),
      ...(user === undefined ? {} : { asUser: user }),
    },
    logFile: options.logFile ?? `${resolve(dataDirectory)}.log`,
    env: { LC_ALL: 'C' },
    cwd: '/',
    // "Fast shutdown": sessions are ended, committed work is kept.
    stopSignal: 'SIGINT',
  });
  await untilReady(server, data);
  log(`PostgreSQL ${binaries.version} listens on 127.0.0.1:${port} (pid ${server.pid})`);
  return {
    url: `postgres://postgres:${data.password}@127.0.0.1:${port}/postgres`,
    port,
    pid: server.pid,
    process: server,
    stop: async () => {
      await server.stop();
    },
  };
}

function serverArguments(directory: string, port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '300',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    directory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/** PostgreSQL writes its state into line 8 of postmaster.pid; this is how pg_ctl waits, too. */
async function untilReady(server: SupervisedProcess, { directory }: PostgresData): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const postmaster = readPostmaster(directory);
    if (postmaster?.pid === server.pid && postmaster.state === 'ready') return;
    const ended = server.exit() !== undefined;
    if (ended || performance.now() > deadline) {
      await server.stop();
      const reason = ended ? lastLines(server.output()) : `not ready after ${READY_TIMEOUT_MS / 1000} s`;
      throw new SluiceError('unreachable', `PostgreSQL did not start: ${reason}`, {
        remedy: `Read ${server.logFile}; or set DATABASE_URL to a PostgreSQL 15 or newer of your own.`,
      });
    }
    await delay(POLL_MS);
  }
}

/**
 * Puts in order what the last owner of the data folder left: waits for a server that is just being stopped, stops one
 * that nobody watches over any more, and deletes a pid file whose number now belongs to some other program.
 */
async function clearLeftovers(directory: string, log: (line: string) => void): Promise<void> {
  const startedAt = performance.now();
  let told = false;
  for (;;) {
    const postmaster = readPostmaster(directory);
    if (postmaster === undefined) return endSessions(directory);
    if (!isServing(postmaster.pid, directory)) {
      rmSync(join(directory, 'postmaster.pid'), { force: true });
      return endSessions(directory);
    }
    const orphaned = !isWatched(postmaster.pid);
    const owned = !orphaned && postmaster.state === 'ready';
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > (owned ? HAS_OWNER_AFTER_MS : STOP_TIMEOUT_MS)) throw inUse(directory, postmaster.pid);
    if (orphaned && postmaster.state === 'ready') sendSignal(postmaster.pid, 'SIGINT');
    if (!told) log(`waiting for an earlier PostgreSQL (pid ${postmaster.pid}) on ${directory} to end`);
    told = true;
    await delay(LEFTOVER_POLL_MS);
  }
}

/**
 * Sessions end by themselves when their server has died, but for those that hang with it: as long as one of them lives,
 * PostgreSQL starts no other server on the folder.
 */
async function endSessions(directory: string): Promise<void> {
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  for (;;) {
    const left = processesIn(realpathSync(directory)).filter(isSession);
    if (left.length === 0 || performance.now() > deadline) return;
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await delay(LEFTOVER_POLL_MS);
  }
}

/** As PostgreSQL names them; a person's shell may stand in the folder as well. */
function isSession(pid: number): boolean {
  return commandLine(pid)?.startsWith('postgres: ') ?? false;
}

function inUse(directory: string, pid: number): SluiceError {
  return new SluiceError('conflict', `${directory} is in use by a running PostgreSQL (pid ${pid}).`, {
    remedy: 'Stop the other `sluice up` first, or use another SLUICE_HOME.',
  });
}

interface Postmaster {
  readonly pid: number;
  readonly state: string;
}

function readPostmaster(directory: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Math.abs(Number(lines[0]));
    return Number.isInteger(pid) && pid > 1 ? { pid, state: (lines[7] ?? '').trim() } : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Process numbers are used again: only a process that was started on this folder is its server. */
function isServing(pid: number, directory: string): boolean {
  return commandLine(pid)?.includes(`-D ${directory} `) ?? false;
}

function isWatched(pid: number): boolean {
  const parent = parentPid(pid);
  return parent !== undefined && (commandLine(parent)?.includes('watchdog-main.ts') ?? false);
}
