import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { checkRole } from '../../config-store/roles/check-role.ts';
import { makeLogins } from '../../config-store/roles/login-users.ts';
import { functionRights } from '../../config-store/roles/function-rights.ts';
import { tableRights } from '../../config-store/roles/rights.ts';
import { createApp, promote } from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { terminateBlockers } from '../../config-store/postgres/terminate-blockers.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { readActive } from '../../config-store/apps/read-active.ts';
import { loginPrograms, type LoginProgram } from '../../domain/access/login-programs.ts';
import { attempt, columnsOf, functionsOf, takeovers } from './test-fixtures/trespass.ts';

const suffix = randomBytes(4).toString('hex');
const nameOf = (program: LoginProgram) => `trespass_${program}_${suffix}`;
let owner: Client;
let urls: Record<LoginProgram, string>;

// Before the database goes, which ends whoever is connected: the first hook is the first to run.
afterAll(async () => {
  for (const program of loginPrograms) await owner.query(`drop role if exists ${nameOf(program)}`);
  await owner.end();
});
const store = useDatabase();

beforeAll(async () => {
  const passwords = loginPrograms.map((program) => [program, randomBytes(8).toString('hex')]);
  urls = await makeLogins(store.url, Object.fromEntries(passwords) as Record<LoginProgram, string>, nameOf);
  owner = new Client({ connectionString: store.url });
  await owner.connect();
});

async function as<T>(program: LoginProgram, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: urls[program] });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const missing = (what: string, names: string[]) =>
  names.map((name) => `${what} ${name} has no line in config-store/roles: who may use it?`);

it('says of every table and every function who may use it', async () => {
  const tables = [...new Set((await columnsOf(owner)).map(({ table }) => table))];
  const functions = (await functionsOf(owner)).filter(({ isTrigger }) => !isTrigger).map(({ name }) => name);
  expect([
    ...missing(
      'table',
      tables.filter((name) => !(name in tableRights)),
    ),
    ...missing(
      'function',
      functions.filter((name) => !(name in functionRights)),
    ),
  ]).toEqual([]);
  expect(Object.keys(tableRights).filter((name) => !tables.includes(name))).toEqual([]);
  expect(Object.keys(functionRights).filter((name) => !functions.includes(name))).toEqual([]);
});

/** `select`, `delete`, `update(position, hash)`: what of a table somebody has, as words. */
function declared(program: LoginProgram, table: string): { words: Set<string>; columns: Set<string> } {
  const text = program === 'gateway' ? '' : (tableRights[table]?.[program] ?? '');
  const columns = /update\(([^)]*)\)/.exec(text)?.[1]?.split(/,\s*/) ?? [];
  const words = text
    .replace(/update\([^)]*\)/, '')
    .replace(/insert\([^)]*\)/, 'insert')
    .split(/,\s*/)
    .filter((word) => word !== '');
  return { words: new Set(words), columns: new Set(columns) };
}

describe.each(loginPrograms)('%s', (program) => {
  it('reads and writes the tables that it may, and no other', async () => {
    const columns = await columnsOf(owner);
    const unexpected: string[] = [];
    await as(program, async (client) => {
      const hold = async (what: string, statement: string, isExpected: boolean) => {
        if ((await attempt(client, statement)) !== (isExpected ? 'permitted' : 'denied'))
          unexpected.push(what);
      };
      for (const table of new Set(columns.map((each) => each.table))) {
        const { words } = declared(program, table);
        await hold(`select ${table}`, `select from "${table}" limit 0`, words.has('select'));
        if (columns.some((each) => each.table === table && each.isView)) continue;
        await hold(`insert ${table}`, `insert into "${table}" default values`, words.has('insert'));
        await hold(`delete ${table}`, `delete from "${table}" where false`, words.has('delete'));
        await hold(`truncate ${table}`, `truncate "${table}"`, false);
      }
      for (const { table, column, isIdentity, isView } of columns) {
        if (isIdentity || isView) continue;
        const { words, columns: some } = declared(program, table);
        const statement = `update "${table}" set "${column}" = null where false`;
        await hold(`update ${table}.${column}`, statement, words.has('update') || some.has(column));
      }
    });
    expect(unexpected).toEqual([]);
  });

  it('calls the functions that it may, and no other', async () => {
    const functions = await functionsOf(owner);
    const unexpected: string[] = [];
    await as(program, async (client) => {
      for (const { name, call, isTrigger } of functions) {
        if (isTrigger) continue;
        const may = functionRights[name]?.may.includes(program) ?? false;
        if ((await attempt(client, call)) !== (may ? 'permitted' : 'denied')) unexpected.push(name);
      }
    });
    expect(unexpected).toEqual([]);
  });

  it('takes nothing over', async () => {
    const worked: string[] = [];
    await as(program, async (client) => {
      for (const [what, statement] of Object.entries(takeovers)) {
        if ((await attempt(client, statement)) === 'permitted') worked.push(what);
      }
    });
    expect(worked).toEqual([]);
  });

  it('is no owner, and says nothing at its start', async () => {
    const db = createPool(urls[program], { applicationName: 'trespass', max: 1 });
    await checkRole(db, 'refuse', { warn: () => undefined });
    await db.end();
  });
});

it('whoever is the owner is told so, or ended', async () => {
  const told: string[] = [];
  await checkRole(store.db, 'warn', { warn: (what) => told.push(what) });
  expect(told).toEqual([expect.stringContaining('owns the schema')]);
  await expect(checkRole(store.db, 'refuse', { warn: () => undefined })).rejects.toThrow('owns the schema');
  await checkRole(store.db, 'off', {
    warn: (what) => {
      throw new Error(what);
    },
  });
});

it('a table of one’s own stands in the place of none', async () => {
  await as('gateway', async (client) => {
    await client.query(`create temp table split as select 'mine' as app`);
    const { rows } = await client.query<{ app: string | null }>(`select app from gateway_view('production')`);
    expect(rows.every(({ app }) => app !== 'mine')).toBe(true);
  });
});

it('break-glass rolls back, and ends who stands in its way', async () => {
  const { app, a } = await createApp(store.db);
  await promote(store.db, app, 'b');
  const db = createPool(urls.breakglass, { applicationName: 'break-glass', max: 3 });
  const press = {
    app,
    environment: 'production',
    actor: 'break-glass:ada',
    reason: 'bad',
    operationId: suffix,
  };
  const stuck = new Client({ connectionString: urls.worker, application_name: 'stuck' });
  const ended = new Promise((resolve) => stuck.on('error', resolve));
  await stuck.connect();
  await stuck.query('begin');
  await stuck.query('select from release for no key update');
  await owner.query('begin');
  await owner.query('rollback');
  await terminateBlockers(db, { app, environment: 'production', olderThanMs: 0 });
  const pressed = await rollback(db, press);
  expect(pressed).toMatchObject({ kind: 'done', serving: a });
  expect((await readActive(db, { app, environment: 'production' }))?.stable?.label).toBe('a');
  await db.end();
  await Promise.race([ended, stuck.end()]);
});
