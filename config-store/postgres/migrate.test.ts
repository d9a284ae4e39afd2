import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { requiredVariable } from '../../tests/support/required-variable.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { migrate } from './migrate.ts';

const name = `migrated_${randomBytes(6).toString('hex')}`;
const url = new URL(requiredVariable('SLUICE_TEST_POSTGRES_URL'));
let admin: Client;

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  return client;
}

beforeAll(async () => {
  admin = new Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`create database ${name}`);
  url.pathname = `/${name}`;
});

afterAll(async () => {
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

/** A database of before: 0013, the next one, locks what a program that runs uses. */
async function migrateBy(count: number): Promise<void> {
  await runner({
    databaseUrl: url.href,
    dir: join(import.meta.dirname, '../migrations'),
    ignorePattern: '\\..*',
    migrationsTable: 'schema_migration',
    direction: 'up',
    count,
    logger: { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() },
  });
}

it('comes again after a deadlock with a program that runs, and leaves nothing half done', async () => {
  await migrateBy(9);
  const program = await connected();
  // Not this one is the victim.
  await program.query("set deadlock_timeout = '60s'");
  await program.query('begin; lock table split in row exclusive mode');
  const migrated = migrate(url.href);
  const waits = `select from pg_stat_activity where application_name = 'sluice-migrate' and wait_event_type = 'Lock'`;
  await waitFor(async () => (await admin.query(waits)).rowCount === 1, { what: 'the migration to wait' });
  await program.query('lock table release in row exclusive mode');
  await program.query('commit');
  await migrated;
  expect((await program.query('select from verdict')).rowCount).toBe(0);
  await program.end();
}, 30_000);

it('says what to do with a schema of another line of versions', async () => {
  const program = await connected();
  await program.query(`update schema_migration set name = '0002_other' where name = '0002_functions'`);
  await program.end();
  await expect(migrate(url.href)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('0002_other') as unknown,
  });
});
