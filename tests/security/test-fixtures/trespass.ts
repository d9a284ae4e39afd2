import type { Client } from 'pg';

/** What came of an attempt: it was not permitted, or it got further than that. */
export type Attempt = 'denied' | 'permitted';

/** SQLSTATEs by which PostgreSQL says that somebody may not. */
const denials = new Set(['42501', '0LP01']);

/** Tries a statement and takes back what it did. Only "you may not" counts as denied: any other error came later. */
export async function attempt(client: Client, statement: string): Promise<Attempt> {
  await client.query('begin');
  try {
    await client.query(statement);
    return 'permitted';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return denials.has(code) ? 'denied' : 'permitted';
  } finally {
    await client.query('rollback');
  }
}

export interface Column {
  table: string;
  column: string;
  isIdentity: boolean;
  isView: boolean;
}

export async function columnsOf(client: Client): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select c.relname as table, a.attname as column, a.attidentity <> '' as "isIdentity", c.relkind = 'v' as "isView"
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'p') and a.attnum > 0 and not a.attisdropped
     order by 1, a.attnum`,
  );
  return rows;
}

export interface Callable {
  name: string;
  /** A call of it with nothing but NULLs. */
  call: string;
  isTrigger: boolean;
}

export async function functionsOf(client: Client): Promise<Callable[]> {
  const { rows } = await client.query<Callable>(
    `select p.proname as name, p.prorettype = 'trigger'::regtype as "isTrigger",
       format('select %I(%s)', p.proname, (select string_agg('null::' || format_type(t, null), ', ' order by n)
         from unnest(p.proargtypes::oid[]) with ordinality as a (t, n))) as call
     from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1`,
  );
  return rows;
}

/** What takes a machine over, or the database, or the log of what was done in it. */
export const takeovers: Readonly<Record<string, string>> = {
  'run a program': `copy (select 1) to program 'id'`,
  'run a program to read': `create temp table got (line text); copy got from program 'id'`,
  'write a file': `copy (select 1) to '/tmp/sluice-trespass'`,
  'read a file': `select pg_read_file('/etc/passwd')`,
  'read a file by copy': `create temp table got (line text); copy got from '/etc/passwd'`,
  'read a file as a large object': `select lo_import('/etc/passwd')`,
  'list files': `select pg_ls_dir('.')`,
  'make a table': 'create table mine (x int)',
  'make a function': `create function mine() returns int language sql as 'select 1'`,
  'make a function in C': `create function mine() returns int language c as 'libc.so.6', 'system'`,
  'make a schema': 'create schema mine',
  'make a role': 'create role mine superuser',
  'make an extension': 'create extension dblink',
  'make a trigger': 'create trigger mine before insert on app for each row execute function seal_state()',
  'become the owner': 'set role postgres',
  'become the owner by another way': 'set session authorization postgres',
  'become another program':
    'set role sluice_api; set role sluice_worker; set role sluice_gateway; set role sluice_breakglass',
  'switch triggers off': 'alter table audit_entry disable trigger all',
  'switch all triggers off': 'set session_replication_role = replica',
  'exchange a function': `create or replace function append_audit(text, text, text, text, text, jsonb) returns void language sql as 'select 1'`,
  'change a function': 'alter function seal_state() owner to current_user',
  'change a table': 'alter table app add column mine int',
  'drop a table': 'drop table evidence',
  'drop a trigger': 'drop trigger audit_is_append_only on audit_entry',
  'give itself a group': 'grant sluice_api to current_user',
  'change the server': `select pg_reload_conf()`,
  'log what others ask': `set log_statement = 'all'`,
  'change its role': 'alter role current_user superuser',
  'see secrets': 'select * from pg_authid',
  'see migrations': 'delete from schema_migration',
  'chain an entry anew': `update audit_entry set actor = 'user:eve'`,
  'empty the log': 'truncate audit_entry',
  'delete the log': 'delete from audit_entry',
  'change evidence': `update evidence set judgement = '{}'`,
  'delete evidence': 'delete from evidence',
  'write history': `insert into split_history (app) values ('x')`,
  'move a split': 'update split set weight = 100',
};
