import { Client, type ClientBase } from 'pg';
import { connectionSettings } from '../connection/create-pool.ts';
import { fromOwnFunctions } from './own-functions.ts';
import { functionRights, type FunctionRights } from './function-rights.ts';
import { groups, tableRights, type TableRights } from './rights.ts';

const functionsSql = `select p.proname as name, p.oid::regprocedure::text as signature, p.prorettype = 'trigger'::regtype as "isTrigger"
  ${fromOwnFunctions}`;

interface FoundFunction {
  readonly name: string;
  readonly signature: string;
  readonly isTrigger: boolean;
}

/**
 * Gives each group of rights.ts what stands there, and takes from all others what they have; in the caller's transaction,
 * so that nobody is without his rights meanwhile. Groups that the server does not have are left out. Idempotent; must run
 * as the owner of the schema.
 */
export async function applyRights(client: ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('sluice-rights', 0))`);
  const { rows: names } = await client.query<{ readonly schema: string; readonly there: string[] }>(
    `select quote_ident(current_schema()) as schema, array(select rolname::text from pg_roles where rolname = any ($1)) as there`,
    [[...groups]],
  );
  const { rows: functions } = await client.query<FoundFunction>(functionsSql);
  const { rows: tables } = await client.query<{ readonly name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'v', 'p')`,
  );
  const [{ schema, there } = { schema: 'public', there: [] }] = names;
  const present = new Set(tables.map(({ name }) => name));
  const statements = [
    ...withdrawal(schema, there),
    ...functions.flatMap((found) => functionStatements(found, { schema, there })),
    ...Object.entries(tableRights)
      .filter(([table]) => present.has(table))
      .flatMap(([table, rights]) => tableStatements(table, rights, there)),
  ];
  await client.query(statements.join(';\n'));
}

/** The same in a session and a transaction of its own. */
export async function applyRightsTo(url: string): Promise<void> {
  const client = new Client(connectionSettings(url, 'sluice-migrate'));
  await client.connect();
  try {
    await client.query('begin');
    await applyRights(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

function withdrawal(schema: string, there: readonly string[]): string[] {
  const all = ['public', ...there].join(', ');
  return [
    `revoke all on all tables in schema ${schema} from ${all}`,
    `revoke all on all sequences in schema ${schema} from ${all}`,
    `revoke all on all functions in schema ${schema} from ${all}`,
    `revoke create on schema ${schema} from ${all}`,
    ...(there.length === 0 ? [] : [`grant usage on schema ${schema} to ${there.join(', ')}`]),
  ];
}

function functionStatements(
  { name, signature, isTrigger }: FoundFunction,
  { schema, there }: { readonly schema: string; readonly there: readonly string[] },
): string[] {
  const rights: FunctionRights | undefined = functionRights[name];
  const asOwner = isTrigger || rights?.as === 'owner';
  const may = (rights?.may ?? []).map((who) => `sluice_${who}`).filter((group) => there.includes(group));
  return [
    // Temporary objects come last, so that nobody puts one in the place of a table.
    asOwner
      ? `alter function ${signature} security definer set search_path = ${schema}, pg_temp`
      : `alter function ${signature} security invoker`,
    ...(may.length === 0 ? [] : [`grant execute on function ${signature} to ${may.join(', ')}`]),
  ];
}

function tableStatements(table: string, rights: TableRights, there: readonly string[]): string[] {
  return Object.entries(rights).flatMap(([who, granted]) =>
    there.includes(`sluice_${who}`) ? [`grant ${granted} on "${table}" to sluice_${who}`] : [],
  );
}
