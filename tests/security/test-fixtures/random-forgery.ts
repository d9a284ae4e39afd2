import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { heldTables } from '../../../domain/audit/held-tables.ts';
import { newKey, type AuditedWorld } from './audited-world.ts';
import type { Forgery } from './forgeries/forgery.ts';
import { rewriteChain } from './rewrite-chain.ts';

/** A value that differs from what is there, for a column of each type. */
const otherValues: Readonly<Record<string, string>> = {
  text: `coalesce(%I, '') || 'x'`,
  bigint: 'coalesce(%I, 0) + 7',
  integer: 'coalesce(%I, 0) + 7',
  smallint: 'coalesce(%I, 0) + 7',
  numeric: `coalesce(%I, 0) + 3`,
  boolean: 'not %I',
  jsonb: `coalesce(%I, '{}') || '{"forged": 1}'`,
  bytea: `coalesce(%I, '') || '\\x01'`,
  'timestamp with time zone': `coalesce(%I, now()) + interval '3 seconds'`,
  ARRAY: `coalesce(%I, '{}') || '{forged}'`,
  xid8: `'5'`,
};

/** Columns that the log does not hold, since they come and go. */
const volatile = new Set([
  ...['release.stage', 'release.reason', 'release.progress', 'release.updated_at', 'release.first_run_id'],
  ...['release.temporal_cluster', 'release.temporal_namespace', 'release.restarting', 'release.restarts'],
  ...['release.restarted_at', 'release.restart_place', 'release.waiting_for', 'release.waiting_since'],
  ...[
    'release.waiting_until',
    'release.waits_on',
    'release.waits_for',
    'release.waits_since',
    'release.waits_until',
  ],
  ...['first_evaluation.restarts', 'first_evaluation.waiting_for', 'first_evaluation.waiting_until'],
  ...['command.applied_at', 'command.result', 'api_token.last_used_at', 'approval.used_at'],
]);

const tables = heldTables.map(({ name }) => name);

type Step = (client: PoolClient, world: AuditedWorld) => Promise<unknown>;

interface Drawn {
  table: string;
  column: number;
  row: number;
  deed: 'change' | 'delete' | 'copy' | 'swap';
  rewrite: 'no' | 'kept' | 'none' | 'own';
}

const drawn = fc.record<Drawn>({
  table: fc.constantFrom('audit_entry', 'audit_entry', ...tables),
  column: fc.nat(100),
  row: fc.nat(10_000),
  deed: fc.constantFrom('change', 'change', 'delete', 'copy', 'swap'),
  rewrite: fc.constantFrom('no', 'kept', 'none', 'own'),
});

async function columnsOf(client: PoolClient, table: string): Promise<{ name: string; type: string }[]> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_name = $1 and table_schema = 'public' and is_identity = 'NO' order by column_name`,
    [table],
  );
  return rows.filter(({ name, type }) => type in otherValues && !volatile.has(`${table}.${name}`));
}

async function ctidOf(client: PoolClient, table: string, row: number): Promise<string> {
  const { rows } = await client.query<{ at: string }>(
    `select ctid::text as at from ${table} order by ctid offset $1 % greatest((select count(*) from ${table}), 1) limit 1`,
    [row],
  );
  return rows[0]?.at ?? '(0,0)';
}

/** What is in a forger's way is gone first. */
async function dropConstraints(client: PoolClient, table: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = $1::regclass and contype in ('p', 'u', 'c')`,
    [table],
  );
  for (const { name } of rows) await client.query(`alter table ${table} drop constraint "${name}" cascade`);
  const { rows: indexes } = await client.query<{ name: string }>(
    'select indexrelid::regclass::text as name from pg_index where indrelid = $1::regclass and indisunique',
    [table],
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
}

/** Who makes the chain anew writes these himself: what was changed in them before is as it was, and no forgery. */
const madeAnew = ['hash', 'position'];

const change =
  ({ table, column, row, rewrite }: Drawn): Step =>
  async (client) => {
    const isMadeAnew = table === 'audit_entry' && rewrite !== 'no';
    const columns = (await columnsOf(client, table)).filter(
      ({ name }) => !isMadeAnew || !madeAnew.includes(name),
    );
    const { name, type } = columns[column % columns.length] ?? { name: 'id', type: 'text' };
    await dropConstraints(client, table);
    const value = (otherValues[type] ?? '%I').replaceAll('%I', `"${name}"`);
    const at = await ctidOf(client, table, row);
    await client.query(`update ${table} set "${name}" = ${value} where ctid = $1::tid`, [at]);
  };

const remove =
  ({ table, row }: Drawn): Step =>
  async (client) =>
    client.query(`delete from ${table} where ctid = $1::tid`, [await ctidOf(client, table, row)]);

/** A row that is there twice. */
const copy =
  ({ table, row }: Drawn): Step =>
  async (client) => {
    await dropConstraints(client, table);
    const at = await ctidOf(client, table, row);
    await client.query(
      `insert into ${table} overriding system value select * from ${table} where ctid = $1::tid`,
      [at],
    );
  };

/** The contents of two entries, each in the place of the other. */
const swap =
  ({ row }: Drawn): Step =>
  async (client, { entries }) => {
    const place = 1 + (row % (entries.length - 1));
    await client.query(
      `update audit_entry set (actor, action, details) = (select other.actor, other.action, other.details
         from (select * from audit_entry) other where other.position = $1 + $2 - audit_entry.position)
       where position in ($1, $2)`,
      [place, place + 1],
    );
  };

const deeds = { change, delete: remove, copy, swap };

/** A forgery for each number: a row of the log or of what it holds, with the chain made anew or not. */
export function randomForgery(seed: number): Forgery {
  const [one] = fc.sample(drawn, { seed, numRuns: 1 });
  if (one === undefined) throw new Error('One was asked for.');
  return {
    name: JSON.stringify(one),
    withoutHeads: one.deed !== 'delete',
    async forge(client, world) {
      await deeds[one.deed](one)(client, world);
      if (one.rewrite !== 'no' && one.deed !== 'copy') {
        await rewriteChain(client, one.rewrite === 'own' ? newKey() : one.rewrite, world.sealedFrom);
      }
    },
  };
}
