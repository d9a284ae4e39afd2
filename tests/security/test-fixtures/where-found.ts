import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Pool } from 'pg';
import { foundIn, formsOf, type Needles } from './needles.ts';

/** Where something was found: the place, and what. */
export type Found = readonly [place: string, what: string];

const at = (place: string, what: readonly string[]): Found[] => what.map((each) => [place, each]);

/** Every column of every table of every schema but PostgreSQL's own, whatever its type. */
export async function inTables(db: Pool, needles: Needles): Promise<{ tables: number; found: Found[] }> {
  const { rows: tables } = await db.query<{ name: string; columns: string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name,
       array_agg(quote_ident(a.attname)::text order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'm', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
       and n.nspname not like 'pg_toast%'
     group by 1`,
  );
  const forms = Object.entries(needles).flatMap(([what, needle]) =>
    formsOf(needle).map((form) => ({ what, form })),
  );
  const found: Found[] = [];
  for (const { name, columns } of tables) {
    for (const column of columns) {
      const { rows } = await db.query<{ place: number }>(
        `select place from unnest($1::text[]) with ordinality as needle (form, place)
         where exists (select from ${name} t where strpos(t.${column}::text, form) > 0)`,
        [forms.map(({ form }) => form)],
      );
      for (const { place } of rows) found.push([`${name}.${column}`, forms[place - 1]?.what ?? '']);
    }
  }
  return { tables: tables.length, found };
}

/** The whole history of every workflow, as it is on the wire. */
export async function inHistories(
  client: Client,
  needles: Needles,
): Promise<{ workflows: number; found: Found[] }> {
  const found: Found[] = [];
  let workflows = 0;
  for await (const { workflowId, runId, memo, typedSearchAttributes } of client.workflow.list()) {
    workflows += 1;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const bytes = Buffer.from(temporal.api.history.v1.History.encode(history).finish());
    const shown = Buffer.from(JSON.stringify([workflowId, memo, typedSearchAttributes]));
    found.push(...at(workflowId, foundIn(Buffer.concat([bytes, shown]), needles)));
  }
  return { workflows, found };
}

/**
 * Every file below a folder, and below what links in it lead to: PostgreSQL's data may lie elsewhere.
 *
 * @param kept what a file is there to keep, by the end of its path
 */
export function inFiles(
  folder: string,
  needles: Needles,
  kept: Readonly<Record<string, readonly string[]>>,
): { files: number; found: Found[] } {
  const found: Found[] = [];
  let files = 0;
  const look = (path: string): void => {
    const place = path.slice(folder.length + 1);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return; // Gone in the meantime.
    if (stat.isDirectory()) for (const name of readdirSync(path)) look(join(path, name));
    if (!stat.isFile()) return;
    files += 1;
    const allowed = Object.entries(kept).flatMap(([end, what]) => (place.endsWith(end) ? what : []));
    found.push(
      ...at(
        place,
        foundIn(readFileSync(path), needles).filter((what) => !allowed.includes(what)),
      ),
    );
  };
  look(folder);
  return { files, found };
}

/** What pages say: metrics, readiness, the API's own answers. */
export async function inPages(
  pages: readonly (readonly [url: string, headers: Record<string, string>])[],
  needles: Needles,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const [url, headers] of pages) {
    const response = await fetch(url, { headers });
    found.push(...at(url, foundIn(Buffer.from(await response.arrayBuffer()), needles)));
  }
  return found;
}
