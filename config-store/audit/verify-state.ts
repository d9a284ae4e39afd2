import type { PoolClient } from 'pg';
import { heldTables, type HeldTable } from '../../domain/audit/held-tables.ts';
import type { FoundRow } from '../../domain/audit/held-rows.ts';
import type { StateCheck } from '../../domain/audit/state-check.ts';
import { query } from '../postgres/db.ts';

/**
 * Computes what `state_digest` of the migrations does, in the words of the server alone: whoever could change rows could
 * have changed that function, too.
 */
function rowsOf({ name }: HeldTable): string {
  return `select (select pg_catalog.string_agg(r.doc ->> k.name, '/' order by k.place)
      from pg_catalog.unnest($1::text[]) with ordinality as k (name, place)) as key,
    array(select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
          (select coalesce(pg_catalog.string_agg(e.key || '=' || e.value::text, pg_catalog.chr(31) order by e.key collate "C"), '')
           from pg_catalog.jsonb_each(r.doc) e where l.list -> 'c' ? e.key), 'UTF8')), 'hex')
      from pg_catalog.jsonb_array_elements($2::jsonb) with ordinality as l (list, place) order by l.place) as digests
    from (select pg_catalog.to_jsonb(t) as doc from ${name} t) r`;
}

/** Gives the check the rows of every table that the log holds. */
export async function checkState(client: PoolClient, check: StateCheck): Promise<void> {
  const ended = await query<{ readonly id: string; readonly state: string }>(
    client,
    'select id, state from release where closed_at is not null',
  );
  for (const release of ended) check.endedRelease(release);
  for (const table of heldTables) {
    const lists = JSON.stringify(check.columnsOf(table.name).map((c) => ({ c })));
    const rows = await query<FoundRow>(client, rowsOf(table), [[...table.keys], lists]);
    for (const row of rows) check.row(table.name, row);
    check.gone(table.name);
  }
}
