import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runner, type RunnerOption } from 'node-pg-migrate';
import { SluiceError } from '../../domain/errors.ts';
import { applyRights } from '../roles/apply-rights.ts';
import { connectionSettings } from '../connection/create-pool.ts';
import { translateError } from '../connection/translate-error.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * A migration locks tables, and whoever comes after it waits behind it, a rollback too: so it gives up soon what it
 * cannot have (a backup reads for minutes), and comes again.
 */
const lockTimeoutMs = 3_000;
const retryForMs = 300_000;
const retryEveryMs = 500;

/** A deadlock with a program that runs meanwhile, a serialization failure, a lock that is not to be had. */
const passing = new Set(['40P01', '40001', '55P03']);

/**
 * Brings the schema up to date, and gives each program's role what it may (rights.ts). Idempotent; processes that start
 * together wait for each other on an advisory lock. What
 * stands in its way for a while is waited for, up to five minutes. Throws `unreachable` where the database cannot be
 * asked or is kept locked, and `conflict` where its schema is of another line of versions.
 */
export async function migrate(url: string): Promise<void> {
  const untilMs = performance.now() + retryForMs;
  const settings: RunnerOption = {
    databaseUrl: { ...connectionSettings(url, 'sluice-migrate'), lock_timeout: lockTimeoutMs },
    dir: join(import.meta.dirname, '../migrations'),
    ignorePattern: '\\..*',
    migrationsTable: 'schema_migration',
    direction: 'up',
    // Never a migration before one that has run: it was written for what stood there then.
    checkOrder: true,
    advisoryLockMode: 'wait',
    logger: silent,
  };
  for (;;) {
    try {
      await runner(settings);
      await applyRights(url);
      return;
    } catch (error) {
      // Each migration is a transaction of its own: what has run stays, and is not run again.
      if (!passing.has(codeOf(error)) || performance.now() > untilMs) throw explained(error);
      await delay(retryEveryMs * (0.5 + Math.random()));
    }
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function explained(error: unknown): unknown {
  if (!(error instanceof Error) || !/^Not run migration .* is preceding/.test(error.message))
    return translateError(error);
  return new SluiceError('conflict', `The schema is of another line of versions: ${error.message}.`, {
    remedy:
      'Use the version that migrated it last, or a later one; a database of a commit between two versions is made anew.',
    cause: error,
  });
}
