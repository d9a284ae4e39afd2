import { DatabaseError, type ClientBase } from 'pg';
import { fromOwnFunctions } from '../roles/own-functions.ts';
import type { FunctionFile } from './function-files.ts';

/** What a function of the schema is now: its signature, and the transaction that made it as it is. */
interface PresentFunction {
  readonly name: string;
  readonly signature: string;
  /** Changes with every `create or replace`, also where the text is the same. */
  readonly made: string;
}

const presentSql = `select p.proname as name, p.oid::regprocedure::text as signature, concat(p.oid, '/', p.xmin) as made
  ${fromOwnFunctions}`;

/** Arguments by other names, or another result: `create or replace` does not do it. */
const isAnother = '42P13';

/**
 * Makes the database's functions what their files say: those whose digest is another than when they were applied last,
 * or that are not there. Signatures that a file has no more go, and so do functions whose file is gone. In one
 * transaction of the caller's, who gives the rights anew; calls that are on go on as they began. Returns the names of
 * those that changed.
 */
export async function applyFunctions(client: ClientBase, files: readonly FunctionFile[]): Promise<string[]> {
  await client.query(`create table if not exists schema_function
    (name text primary key, digest text not null, applied_at timestamptz not null)`);
  const applied = await client.query<{ readonly name: string; readonly digest: string }>(
    'select name, digest from schema_function',
  );
  const digests = new Map(applied.rows.map(({ name, digest }) => [name, digest]));
  const before = await presentFunctions(client);
  const changed = files.filter(({ name, digest }) => digests.get(name) !== digest || !before.has(name));
  const gone = [...digests.keys()].filter((name) => !files.some((file) => file.name === name));
  if (changed.length === 0 && gone.length === 0) return [];
  for (const file of changed) await applyFile(client, file, before.get(file.name) ?? []);
  await drop(client, [
    ...(await leftOvers(client, { changed, before })),
    ...gone.flatMap((name) => before.get(name) ?? []),
  ]);
  await note(client, { changed, gone });
  return [...changed.map(({ name }) => name), ...gone];
}

async function presentFunctions(client: ClientBase): Promise<Map<string, PresentFunction[]>> {
  const { rows } = await client.query<PresentFunction>(presentSql);
  return Map.groupBy(rows, ({ name }) => name);
}

async function applyFile(
  client: ClientBase,
  { name, sql }: FunctionFile,
  before: readonly PresentFunction[],
): Promise<void> {
  try {
    await client.query(`savepoint before_function;\n${sql};\nrelease savepoint before_function`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== isAnother) throw inFile(name, error);
    await client.query('rollback to savepoint before_function');
    await drop(client, before);
    await client.query(sql).catch((again: unknown) => {
      throw inFile(name, again);
    });
  }
}

/** Of functions that were applied, the signatures that their files did not make again. */
async function leftOvers(
  client: ClientBase,
  {
    changed,
    before,
  }: { readonly changed: readonly FunctionFile[]; readonly before: ReadonlyMap<string, PresentFunction[]> },
): Promise<PresentFunction[]> {
  const after = await presentFunctions(client);
  return changed.flatMap(({ name }) => {
    const untouched = new Set(before.get(name)?.map(({ made }) => made));
    return (after.get(name) ?? []).filter(({ made }) => untouched.has(made));
  });
}

/** Throws where a trigger, view or default goes by one of them: a migration has to take that away first. */
async function drop(client: ClientBase, functions: readonly PresentFunction[]): Promise<void> {
  for (const { name, signature } of functions) {
    await client.query(`drop function if exists ${signature}`).catch((error: unknown) => {
      throw inFile(name, error);
    });
  }
}

async function note(
  client: ClientBase,
  { changed, gone }: { readonly changed: readonly FunctionFile[]; readonly gone: readonly string[] },
): Promise<void> {
  await client.query('delete from schema_function where name = any ($1)', [gone]);
  await client.query(
    `insert into schema_function (name, digest, applied_at) select name, digest, now()
     from jsonb_to_recordset($1) as file (name text, digest text)
     on conflict (name) do update set digest = excluded.digest, applied_at = excluded.applied_at`,
    [JSON.stringify(changed)],
  );
}

/** Says which file PostgreSQL does not take, and keeps its code: a lock that is not to be had is tried again. */
function inFile(name: string, error: unknown): unknown {
  const detail = error instanceof DatabaseError && error.detail !== undefined ? ` (${error.detail})` : '';
  if (error instanceof Error) error.message = `${name}.sql: ${error.message}${detail}`;
  return error;
}
