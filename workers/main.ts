import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { createTemporalView } from '../activities/temporal-view.ts';
import { createPool } from '../config-store/create-pool.ts';
import { describeError, exitCodeOfThrown } from '../domain/errors.ts';
import { surviveFaults } from '../domain/survive-faults.ts';
import { createActivities } from './activities.ts';
import { startHealthServer } from './observability.ts';
import { startReconciler } from './reconciler.ts';
import { createReleaseWorker } from './release-worker.ts';
import { registerSearchAttributes, type Registration } from './search-attributes.ts';
import { readSettings, type WorkerSettings } from './settings.ts';
import { untilReached } from './until-reached.ts';

const connectTimeoutMs = 3_000;

/** Temporal's own messages, in the program's log. */
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

/** Aborted by SIGTERM and SIGINT. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  return stopping.signal;
}

async function connectTemporal(settings: WorkerSettings, log: Logger, signal: AbortSignal) {
  const { connection: how, namespace } = settings.temporal;
  return untilReached(
    `Temporal at ${how.address}`,
    async () => {
      const connection = await Connection.connect({ ...how, connectTimeout: connectTimeoutMs });
      const registration = await registerSearchAttributes(connection, namespace);
      const native = await NativeConnection.connect(how);
      return { connection, native, registration };
    },
    { log, signal },
  );
}

function sayWhatIsMissing(registration: Registration, log: Logger): void {
  if (registration.kind === 'available') return;
  log.warn(`releases are not listed by search attributes in the Temporal UI: ${registration.why}`);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = pino({ level: settings.logLevel, base: { program: 'worker' } }, pino.destination(2));
  installTemporalLog(log);
  const signal = stopSignal();
  const db = createPool(settings.databaseUrl, { applicationName: 'sluice-worker' });
  await untilReached('PostgreSQL', () => db.query('select 1'), { log, signal });
  const { connection, native, registration } = await connectTemporal(settings, log, signal);
  sayWhatIsMissing(registration, log);
  const { namespace, taskQueue } = settings.temporal;
  const temporal = createTemporalView(new Client({ connection, namespace }));
  const worker = await createReleaseWorker({
    connection: native,
    namespace,
    taskQueue,
    stickyTimeoutMs: settings.stickyTimeoutMs,
    activities: createActivities({
      db,
      temporal,
      settings,
      hasSearchAttributes: () => registration.kind === 'available',
    }),
  });
  surviveFaults(process, ['rejection'], ({ error }) => {
    log.error({ err: error }, 'a rejected promise that nobody caught; the worker goes on');
  });
  const reconciler = startReconciler({ db, temporal, taskQueue, log, ...settings.reconciler });
  const health =
    settings.metrics && (await startHealthServer(settings.metrics, () => worker.getState() === 'RUNNING'));
  const running = worker.run();
  if (signal.aborted) worker.shutdown();
  else
    signal.addEventListener(
      'abort',
      () => {
        worker.shutdown();
      },
      { once: true },
    );
  process.stdout.write(
    `${JSON.stringify({ ready: true, ...(health === undefined ? {} : { url: health.url }) })}\n`,
  );
  try {
    await running;
  } finally {
    health?.close();
    await reconciler.stop();
    await Promise.allSettled([native.close(), connection.close(), db.end()]);
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') process.exit(0);
    process.stderr.write(`sluice worker: ${describeError(error)}\n`);
    process.exit(exitCodeOfThrown(error));
  },
);
