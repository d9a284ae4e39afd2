import { Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type LogLevel, type Worker } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { describeError, exitCodeOfThrown } from '../domain/errors.ts';
import { stopSignal } from '../program/stop-signal.ts';
import { surviveFaults } from '../program/survive-faults.ts';
import type { TemporalConnection } from '../program/temporal-settings.ts';
import { startHealthServer } from './observability.ts';
import { untilReached } from './reconciler/until-reached.ts';

const connectTimeoutMs = 3_000;

/** What a program of this folder goes by from its first line on. */
export interface Program {
  readonly log: Logger;
  /** Aborted by SIGTERM and SIGINT. */
  readonly signal: AbortSignal;
}

/** Logs to standard error, Temporal's own messages as well, and hears that it is to stop. */
export function startProgram(program: string, logLevel: string): Program {
  const log = pino({ level: logLevel, base: { program } }, pino.destination(2));
  installTemporalLog(log);
  surviveFaults(process, ['rejection'], ({ error }) => {
    log.error({ err: error }, 'a rejected promise that nobody caught; the worker goes on');
  });
  const signal = stopSignal();
  signal.addEventListener('abort', () => {
    endInTime(log);
  });
  return { log, signal };
}

/** Longer than activities have to end: a Temporal that hangs must not keep a program that is told to stop. */
const stopWithinMs = 15_000;

function endInTime(log: Logger): void {
  const end = (): void => {
    log.warn(`did not end within ${stopWithinMs} ms of being told to: Temporal does not answer`);
    process.exit(0);
  };
  setTimeout(end, stopWithinMs).unref();
}

function installTemporalLog(log: Logger): void {
  const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
    TRACE: 'trace',
    DEBUG: 'debug',
    INFO: 'debug',
    WARN: 'warn',
    ERROR: 'error',
  };
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    log[levels[level]]({ ...meta }, message);
  });
  Runtime.install({ logger, shutdownSignals: [] });
}

/** Waits until Temporal is there. `prepare` is done before anything is worked on. */
export async function connectTemporal<T>(
  how: TemporalConnection,
  { log, signal }: Program,
  prepare: (connection: Connection) => Promise<T>,
): Promise<{ readonly connection: Connection; readonly native: NativeConnection; readonly prepared: T }> {
  return untilReached(
    `Temporal at ${how.address}`,
    async () => {
      const native = NativeConnection.connect(how);
      native.catch(() => undefined); // Heard of below, whichever of the two fails first.
      try {
        const connection = await Connection.connect({ ...how, connectTimeout: connectTimeoutMs });
        const prepared = await prepare(connection);
        return { connection, native: await native, prepared };
      } catch (error) {
        // Both are tried at once; one that was made is not left behind by the other's failure.
        void native.then((made) => made.close()).catch(() => undefined);
        throw error;
      }
    },
    { log, signal },
  );
}

/** Works until the signal, with health and metrics where they are asked for; then `close` is called. */
export async function runWorker(
  worker: Worker,
  { signal }: Program,
  {
    metrics,
    close,
  }: {
    readonly metrics: { readonly host: string; readonly port: number } | undefined;
    readonly close: () => Promise<unknown>;
  },
): Promise<void> {
  const health = metrics && (await startHealthServer(metrics, () => worker.getState() === 'RUNNING'));
  const running = worker.run();
  const shutDown = (): void => {
    worker.shutdown();
  };
  if (signal.aborted) shutDown();
  else signal.addEventListener('abort', shutDown, { once: true });
  process.stdout.write(
    `${JSON.stringify({ ready: true, ...(health === undefined ? {} : { url: health.url }) })}\n`,
  );
  try {
    await running;
  } finally {
    health?.close();
    await close();
  }
}

/** Runs a program to its end, and the process with it. */
export function runMain(name: string, main: () => Promise<void>): void {
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      if (error instanceof Error && error.name === 'AbortError') process.exit(0);
      process.stderr.write(`sluice ${name}: ${describeError(error)}\n`);
      process.exit(exitCodeOfThrown(error));
    },
  );
}
