import { Pool } from 'pg';
import { inSession } from '../connection/session.ts';
import { runStatement, type Db } from '../connection/statement.ts';
import { committed } from './committed.ts';
import { decodeCursor, encodeCursor, type Page, pageLimit, type PageRequest } from './page.ts';

export type { Db } from '../connection/statement.ts';

/**
 * Runs one statement and gives its rows; columns that are NULL are absent. On a pool it commits by itself, and audit
 * entries that it writes are chained then. Throws `SluiceError`: `unreachable` where the database cannot be asked, else
 * what the statement said.
 */
export async function query<Row extends object>(
  db: Db,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  if (!(db instanceof Pool)) return runStatement<Row>(db, text, values);
  return committed(db, (client) => runStatement<Row>(client, text, values));
}

/** Like `query`, for statements that give exactly one row. */
export async function queryOne<Row extends object>(
  db: Db,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  return onlyRow(await query<Row>(db, text, values), text);
}

/**
 * Like `queryOne`, for what is written every few seconds: audit entries that it writes are left to whoever chains next, the
 * reconciler at the latest.
 */
export async function queryOneChainedLater<Row extends object>(
  db: Db,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  if (!(db instanceof Pool)) return onlyRow(await runStatement<Row>(db, text, values), text);
  const { result } = await inSession(db, (client) => runStatement<Row>(client, text, values));
  return onlyRow(result, text);
}

function onlyRow<Row>([row]: readonly Row[], text: string): Row {
  if (row === undefined) throw new Error(`No row from: ${text.trim().slice(0, 80)}`);
  return row;
}

/**
 * Reads a page. The statement selects `cursor` (a JSON array that says where the row stands) beside its columns,
 * takes the cursor to go on from as $1 (or null) and the number of rows as $2; its own values begin at $3.
 */
export async function queryPage<Row extends object>(
  db: Db,
  page: PageRequest,
  text: string,
  values: readonly unknown[] = [],
): Promise<Page<Row>> {
  const limit = pageLimit(page);
  const rows = await query<Row & { readonly cursor: unknown }>(db, text, [
    decodeCursor(page),
    limit + 1,
    ...values,
  ]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  // Without what was added it is the row again, which the compiler does not see of a generic one.
  const items = rows.slice(0, limit).map(({ cursor: _cursor, ...row }) => row as unknown as Row);
  return last === undefined ? { items } : { items, nextCursor: encodeCursor(last.cursor) };
}

/** Text of a JSON value for a `jsonb` parameter: pg itself would make a PostgreSQL array of a JavaScript one. */
export function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
