import type { PoolClient } from 'pg';
import { applyRights } from '../roles/apply-rights.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { applyFunctions } from './apply-functions.ts';
import { functionFile, readFunctionFiles, type FunctionFile } from './function-files.ts';

const store = useDatabase();

/** Tries something out, and leaves the database as it was. */
async function tryingOut<T>(work: (client: PoolClient, files: FunctionFile[]) => Promise<T>): Promise<T> {
  const files = await readFunctionFiles();
  const client = await store.db.connect();
  try {
    await client.query('begin');
    return await work(client, files);
  } finally {
    client.release(true);
  }
}

interface Definition {
  definition: string;
  acl: string | null;
}

async function definitions(client: Pick<PoolClient, 'query'>): Promise<Record<string, Definition>> {
  const { rows } = await client.query<Definition & { signature: string }>(
    `select oid::regprocedure::text as signature, pg_get_functiondef(oid) as definition, proacl::text as acl
     from pg_proc where pronamespace = current_schema()::regnamespace and prokind = 'f' order by 1`,
  );
  return Object.fromEntries(rows.map(({ signature, ...rest }) => [signature, rest]));
}

const namesOf = (found: Record<string, unknown>) =>
  [...new Set(Object.keys(found).map((signature) => signature.replace(/\(.*/, '')))].sort();

it('every function of the database is what its file says, and has a file', async () => {
  await tryingOut(async (client, files) => {
    const before = await definitions(client);
    expect(namesOf(before)).toEqual(files.map(({ name }) => name).sort());
    await client.query('delete from schema_function');
    expect(await applyFunctions(client, files)).toEqual(files.map(({ name }) => name));
    await applyRights(client);
    expect(await definitions(client)).toEqual(before);
  });
});

it('functions whose file is as it was are left alone', async () => {
  await tryingOut(async (client, files) => {
    const made = 'select oid, xmin from pg_proc order by oid';
    const before = await client.query(made);
    expect(await applyFunctions(client, files)).toEqual([]);
    expect((await client.query(made)).rows).toEqual(before.rows);
  });
});

const probe = (args: string, result: string, body: string): FunctionFile =>
  functionFile(
    'probe',
    `create or replace function probe(${args}) returns ${result} language sql as $$ ${body} $$;\n`,
  );

describe('a file that changed', () => {
  const first = probe('p_a integer', 'integer', 'select p_a');

  it.each([
    ['its body', probe('p_a integer', 'integer', 'select p_a + 1'), 'select probe(1) as it', 2],
    ['its result', probe('p_a integer', 'text', `select 'a' || p_a`), 'select probe(1) as it', 'a1'],
    [
      'a name of an argument',
      probe('p_b integer', 'integer', 'select p_b + 2'),
      'select probe(p_b => 1) as it',
      3,
    ],
    [
      'an argument more',
      probe('p_a integer, p_b integer', 'integer', 'select p_a + p_b'),
      'select probe(1, 2) as it',
      3,
    ],
    ['an argument of another type', probe('p_a text', 'text', 'select p_a'), `select probe('x') as it`, 'x'],
  ])('is applied, and nothing of the former is left: %s', async (_what, second, sql, result) => {
    await tryingOut(async (client, files) => {
      await applyFunctions(client, [...files, first]);
      expect(await applyFunctions(client, [...files, second])).toEqual(['probe']);
      expect((await client.query<{ it: unknown }>(sql)).rows).toEqual([{ it: result }]);
      expect(Object.keys(await definitions(client)).filter((name) => name.startsWith('probe'))).toHaveLength(
        1,
      );
    });
  });

  it('may keep the signature that programs of before call, beside the new one', async () => {
    const both = functionFile(
      'probe',
      `${first.sql}${probe('p_a integer, p_b integer', 'integer', 'select p_a + p_b').sql}`,
    );
    await tryingOut(async (client, files) => {
      await applyFunctions(client, [...files, first]);
      await applyFunctions(client, [...files, both]);
      const calls = await client.query<{ old: number; new: number }>(
        'select probe(1) as old, probe(1, 2) as new',
      );
      expect(calls.rows).toEqual([{ old: 1, new: 3 }]);
    });
  });

  it('goes with its function where it is gone, and comes back where somebody dropped it by hand', async () => {
    await tryingOut(async (client, files) => {
      await applyFunctions(client, [...files, first]);
      await client.query('drop function probe(integer)');
      expect(await applyFunctions(client, [...files, first])).toEqual(['probe']);
      expect(await applyFunctions(client, files)).toEqual(['probe']);
      expect(namesOf(await definitions(client))).not.toContain('probe');
      expect(await applyFunctions(client, files)).toEqual([]);
    });
  });

  it('is named where PostgreSQL does not take it, and nothing has changed', async () => {
    const wrong = probe('p_a integer', 'integer', 'select nothing_of_that_name(p_a)');
    await tryingOut(async (client, files) => {
      await expect(applyFunctions(client, [...files, wrong])).rejects.toMatchObject({
        code: '42883',
        message: expect.stringMatching(/^probe\.sql: .*nothing_of_that_name/) as unknown,
      });
    });
  });

  it('cannot take a function away from a trigger that goes by it', async () => {
    await tryingOut(async (client, files) => {
      const left = files.filter(({ name }) => name !== 'refuse_version_fall');
      await expect(applyFunctions(client, left)).rejects.toThrow(
        'trigger split_version_grows on table split depends',
      );
    });
  });
});

it('a function is never without its rights while it is changed, and a program goes on through it', async () => {
  const files = await readFunctionFiles();
  const changed = files.map((file) =>
    file.name === 'gateway_view' ? functionFile(file.name, `-- Another text.\n${file.sql}`) : file,
  );
  const user = `calls_${process.pid}`;
  await store.db.query(`create role ${user} login; grant sluice_gateway to ${user}`);
  const [migrator, program] = [await store.db.connect(), await store.db.connect()];
  try {
    await program.query(`set role ${user}`);
    const call = () => program.query(`select from gateway_view('production')`);
    await migrator.query('begin');
    await applyFunctions(migrator, changed);
    await call();
    await applyRights(migrator);
    await call();
    await migrator.query('commit');
    await call();
  } finally {
    migrator.release(true);
    program.release(true);
    await store.db.query(`drop role ${user}`);
    await store.db.query('delete from schema_function where name = $1', ['gateway_view']);
  }
});
