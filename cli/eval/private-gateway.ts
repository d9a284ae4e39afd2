import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Pool } from 'pg';
import { createPool } from '../../config-store/create-pool.ts';
import { migrate } from '../../config-store/migrate.ts';
import { removeData } from '../up/servers/postgres-data.ts';
import { startPostgres } from '../up/servers/postgres.ts';
import { startService, type Service } from '../up/service.ts';

/** A gateway of an evaluation's own, with a database of its own to take revisions from. */
export interface PrivateGateway {
  baseUrl: string;
  internalToken: string;
  db: Pool;
}

export interface PrivateGatewayOptions {
  /** Whose binding says where the providers are. */
  environment: string;
  environmentsFile: string;
  tell: (step: string) => void;
  signal: AbortSignal;
}

const gatewayScript = resolve(import.meta.dirname, '../../gateway/main.ts');

/** Gives some work a folder that is gone afterwards. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-eval-${process.pid}-`));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Starts a PostgreSQL that need not last and a gateway on it, both in `folder`, and stops them when the work is done
 * or has failed. Throws what one of them said that did not start, and the signal's reason when it was aborted.
 */
export async function withPrivateGateway<T>(
  folder: string,
  options: PrivateGatewayOptions,
  use: (gateway: PrivateGateway) => Promise<T>,
): Promise<T> {
  const { tell, signal } = options;
  const internalToken = randomBytes(32).toString('base64url');
  tell('starting a private PostgreSQL');
  return withPostgres(folder, (url) =>
    withPool(url, async (db) => {
      signal.throwIfAborted();
      await migrate(url);
      signal.throwIfAborted();
      tell('starting a private gateway');
      const gateway = await startGateway(folder, options, { url, internalToken });
      try {
        signal.throwIfAborted();
        return await use({ baseUrl: gateway.address(), internalToken, db });
      } finally {
        await gateway.stop();
      }
    }),
  );
}

async function withPostgres<T>(folder: string, use: (url: string) => Promise<T>): Promise<T> {
  const dataDirectory = join(folder, 'postgres');
  try {
    const postgres = await startPostgres({ dataDirectory, durable: false, log: () => undefined });
    try {
      return await use(postgres.url);
    } finally {
      await postgres.stop();
    }
  } finally {
    removeData(dataDirectory);
  }
}

async function withPool<T>(url: string, use: (db: Pool) => Promise<T>): Promise<T> {
  const db = createPool(url, { applicationName: 'sluice-eval' });
  try {
    return await use(db);
  } finally {
    await db.end();
  }
}

function startGateway(
  folder: string,
  { environment, environmentsFile }: PrivateGatewayOptions,
  { url, internalToken }: { url: string; internalToken: string },
): Promise<Service> {
  return startService({
    name: 'gateway',
    script: gatewayScript,
    logFile: join(folder, 'gateway.log'),
    env: {
      DATABASE_URL: url,
      SLUICE_ENVIRONMENTS_FILE: environmentsFile,
      SLUICE_ENVIRONMENT: environment,
      SLUICE_GATEWAY_ID: 'eval',
      SLUICE_GATEWAY_PORT: '0',
      SLUICE_STATE_DIR: join(folder, 'state'),
      SLUICE_DATA_KEY: randomBytes(32).toString('base64'),
      SLUICE_INTERNAL_TOKEN: internalToken,
    },
  });
}
