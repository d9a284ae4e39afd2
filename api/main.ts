import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { pino, type Logger } from 'pino';
import { abandonIdempotent } from '../config-store/abandon-idempotent.ts';
import { beginIdempotent } from '../config-store/begin-idempotent.ts';
import { createPool } from '../config-store/create-pool.ts';
import { ensureToken } from '../config-store/ensure-token.ts';
import { findToken } from '../config-store/find-token.ts';
import { finishIdempotent } from '../config-store/finish-idempotent.ts';
import { messageOf } from '../domain/errors.ts';
import { createApiMetrics } from './metrics.ts';
import { createReleaseWorkflows, type ReleaseWorkflows } from './release-workflows.ts';
import { createReleaseEventStream } from './routes/release-events.ts';
import { apiRoutes } from './routes/index.ts';
import { createServer } from './server.ts';
import { readSettings, type ApiSettings } from './settings.ts';

function packageVersion(): string {
  const file = join(import.meta.dirname, '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Names what the API cannot work without and does not reach. */
async function whatIsAway(db: Pool, workflows: ReleaseWorkflows): Promise<string[]> {
  const checks = await Promise.allSettled([db.query('select 1'), workflows.assertReachable()]);
  return ['postgresql', 'temporal'].filter((_, i) => checks[i]?.status === 'rejected');
}

function composeServer(settings: ApiSettings, db: Pool, workflows: ReleaseWorkflows, log: Logger) {
  return createServer({
    version: packageVersion(),
    routes: apiRoutes({ db, workflows, environments: settings.SLUICE_ENVIRONMENTS }),
    findToken: (token) => findToken(db, token),
    idempotency: {
      begin: (entry) => beginIdempotent(db, entry),
      finish: (entry) => finishIdempotent(db, entry),
      abandon: (entry) => abandonIdempotent(db, entry),
    },
    streamReleaseEvents: createReleaseEventStream({ db, databaseUrl: settings.DATABASE_URL }),
    readiness: () => whatIsAway(db, workflows),
    metrics: createApiMetrics(),
    log,
  });
}

function listen(server: Server, settings: ApiSettings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.SLUICE_API_PORT, settings.SLUICE_API_HOST, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : settings.SLUICE_API_PORT;
      resolve(`http://${settings.SLUICE_API_HOST}:${port}`);
    });
  });
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = pino({ level: settings.SLUICE_LOG_LEVEL, base: { program: 'api' } }, pino.destination(2));
  const db = createPool(settings.DATABASE_URL, { applicationName: 'sluice-api' });
  const workflows = createReleaseWorkflows({
    address: settings.TEMPORAL_ADDRESS,
    namespace: settings.TEMPORAL_NAMESPACE,
    taskQueue: settings.SLUICE_TASK_QUEUE,
    timeoutMs: 5000,
  });
  const token = settings.SLUICE_ADMIN_TOKEN;
  if (token !== undefined) await ensureToken(db, { name: 'admin', role: 'admin', token });
  const server = createHttpServer(composeServer(settings, db, workflows, log));
  const url = await listen(server, settings);
  process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
  const stop = () => {
    server.close(() => {
      void Promise.allSettled([db.end(), workflows.close()]).then(() => process.exit(0));
    });
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`The API did not start: ${messageOf(error)}\n`);
  process.exit(1);
});
