import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { connectionSettings } from './create-pool.ts';
import { translateError } from './translate-error.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Brings the schema up to date. Idempotent; processes that start together wait for each other on an advisory lock.
 * Throws `unreachable` where the database cannot be asked.
 */
export async function migrate(url: string): Promise<void> {
  try {
    await runner({
      databaseUrl: connectionSettings(url, 'sluice-migrate'),
      dir: join(import.meta.dirname, 'migrations'),
      ignorePattern: '\\..*',
      migrationsTable: 'schema_migration',
      direction: 'up',
      advisoryLockMode: 'wait',
      logger: silent,
    });
  } catch (error) {
    throw translateError(error);
  }
}
