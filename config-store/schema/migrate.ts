import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PG_MIGRATE_LOCK_ID, runner, type RunnerOption } from 'node-pg-migrate';
import { Client } from 'pg';
import { SluiceError } from '../../domain/errors.ts';
import { applyRights } from '../roles/apply-rights.ts';
import { connectionSettings } from '../connection/create-pool.ts';
import { applyFunctions } from './apply-functions.ts';
import { readFunctionFiles } from './function-files.ts';
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
 * Brings the schema up to date: its tables by the migrations, its functions by their files (`apply-functions.ts`), and
 * gives each program's role what it may (rights.ts). Idempotent; processes that start together wait for each other on
 * the migrations' lock. What stands in its way for a while is waited for, up to five minutes. A schema that a later
 * version has migrated is left as it is. Throws `unreachable` where the database cannot be asked or is kept locked,
 * `forbidden` where the schema is another's, and `conflict` where it is of another line of versions.
 */
export async function migrate(url: string): Promise<void> {
  const untilMs = performance.now() + retryForMs;
  for (;;) {
    try {
      await migrateOnce(url);
      return;
    } catch (error) {
      // Each migration is a transaction of its own: what has run stays, and is not run again.
      if (!passing.has(codeOf(error)) || performance.now() > untilMs) throw explained(error);
      await delay(retryEveryMs * (0.5 + Math.random()));
    }
  }
}

async function migrateOnce(url: string): Promise<void> {
  const files = await readFunctionFiles();
  const client = new Client({ ...connectionSettings(url, 'sluice-migrate'), lock_timeout: lockTimeoutMs });
  // A connection that breaks says so to the statement that is on.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // The lock of the migrations, which they take once more: what follows them is under it as well.
    await client.query('select pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID]);
    await becomeOwner(client);
    await runner(runnerOptions(client));
    if (await isOfLaterVersion(client)) return;
    await client.query('begin');
    await applyFunctions(client, files);
    await applyRights(client);
    await client.query('commit');
  } finally {
    // Gives the lock back, and undoes what has not committed.
    await client.end();
  }
}

const migrationsFolder = join(import.meta.dirname, '../migrations');

function runnerOptions(dbClient: Client): RunnerOption {
  return {
    dbClient,
    dir: migrationsFolder,
    ignorePattern: '\\..*',
    migrationsTable: 'schema_migration',
    direction: 'up',
    // Never a migration before one that has run: it was written for what stood there then.
    checkOrder: true,
    advisoryLockMode: 'wait',
    logger: silent,
  };
}

/**
 * What is made from here on is the owner's, whoever has logged in: functions run with the rights of theirs. Throws
 * `forbidden` for who is not the owner, nor may be.
 */
async function becomeOwner(client: Client): Promise<void> {
  const { rows } = await client.query<{
    readonly user: string;
    readonly owner: string;
    readonly may: boolean;
  }>(
    `select current_user::text as user, relowner::regrole::text as owner, pg_has_role(relowner, 'member') as may
     from pg_class where oid = to_regclass('schema_migration') 
       and relowner <> (select oid from pg_roles where rolname = current_user)`,
  );
  const [other] = rows;
  if (other === undefined) return;
  if (!other.may) {
    throw new SluiceError(
      'forbidden',
      `The schema is ${other.owner}'s, and DATABASE_URL names ${other.user}.`,
      {
        remedy: 'Migrate as the owner of the schema.',
      },
    );
  }
  await client.query(`set role ${other.owner}`);
}

/** Whether migrations have run that are not known here: the functions and rights are those of that version then. */
async function isOfLaterVersion(client: Client): Promise<boolean> {
  const known = (await readdir(migrationsFolder)).map((file) => basename(file, '.sql'));
  const { rowCount } = await client.query('select from schema_migration where name <> all ($1)', [known]);
  return rowCount !== 0;
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
