import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { requiredVariable } from '../../tests/support/required-variable.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
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
  url.pathname = `/${name}`;
});

afterAll(async () => {
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.end();
});

const folder = join(import.meta.dirname, '../migrations');

/** A database of before. */
async function migrateBy(count: number): Promise<void> {
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name}`);
  await runner({
    databaseUrl: url.href,
    dir: folder,
    ignorePattern: '\\..*',
    migrationsTable: 'schema_migration',
    direction: 'up',
    count,
    logger: { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() },
  });
}

it('comes again after a deadlock with a program that runs, and leaves nothing half done', async () => {
  // 0013, the next one, locks what a program that runs uses.
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

/** All that there is of functions: text, arguments, flags, owner and rights. */
async function functionsOf(database: Pick<Client, 'query'>): Promise<unknown[]> {
  const { rows } = await database.query<Record<string, unknown>>(
    `select oid::regprocedure::text, pg_get_functiondef(oid), proowner::regrole::text,
       array(select acl::text from unnest(proacl) as acl order by 1) as acl
     from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
  );
  return rows;
}

/** The last migration of the version that had its functions in migrations. */
const lastWithFunctions = 38;

it('a database of the version that had its functions in migrations ends as a new one does', async () => {
  await migrateBy(
    readdirSync(folder).filter((file) => Number.parseInt(file, 10) <= lastWithFunctions).length,
  );
  await migrate(url.href);
  const fresh = await createTestDatabase();
  const upgraded = await connected();
  expect(await functionsOf(upgraded)).toEqual(await functionsOf(fresh.pool));
  await upgraded.end();
  await fresh.drop();
});

/** Has somebody else own all that there is. */
const givenAwaySql = (owner: string) => `do $$ declare change text; begin
    for change in select format('alter table %I owner to ${owner}', relname) from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
      union all select format('alter function %s owner to ${owner}', oid::regprocedure) from pg_proc
      where pronamespace = 'public'::regnamespace loop execute change; end loop; end $$;
  alter schema public owner to ${owner}`;

describe('a database that is up to date', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('is left alone by a version that does not know its newest migration', async () => {
    await database.pool.query(`insert into schema_migration (name, run_on) values ('9999_later', now());
      update schema_function set digest = 'of later' where name = 'roll_back';
      create function of_later() returns integer language sql as 'select 1'`);
    const before = await functionsOf(database.pool);
    await migrate(database.url);
    expect(await functionsOf(database.pool)).toEqual(before);
  });

  it('gets nothing from a stranger, and belongs to its owner whoever migrates', async () => {
    const [owner, stranger] = [`owner_${name}`, `stranger_${name}`];
    const asStranger = new URL(database.url);
    [asStranger.username, asStranger.password] = [stranger, 'secret'];
    await admin.query(`create role ${owner}; create role ${stranger} login password 'secret'`);
    try {
      await database.pool.query(givenAwaySql(owner));
      await database.pool.query(`drop function label_of; update schema_function set digest = ''`);
      await expect(migrate(asStranger.href)).rejects.toMatchObject({ code: 'forbidden' });
      await migrate(database.url);
      const { rows } = await database.pool.query(
        `select distinct proowner::regrole::text as owner from pg_proc where pronamespace = 'public'::regnamespace`,
      );
      expect(rows).toEqual([{ owner }]);
    } finally {
      await database.pool.query(`drop owned by ${owner}`);
      await admin.query(`drop role ${owner}; drop role ${stranger}`);
    }
  });

  it('of another line of versions is refused with what to do', async () => {
    await database.pool.query(
      `update schema_migration set name = '0002_other' where name = '0002_functions'`,
    );
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('0002_other') as unknown,
    });
  });
});
