import { Pool, types, type CustomTypesConfig, type PoolClient, type QueryResult } from 'pg';
import { storableText } from '../../domain/text/storable.ts';
import { decodeCursor, encodeCursor, type Page, pageLimit, type PageRequest } from './page.ts';
import { translateError } from './translate-error.ts';

// Rows, as every room of the store returns them: times are ISO 8601 in UTC; what is NULL in the database is absent;
// 64-bit hashes are decimal strings, all other whole numbers are JavaScript numbers.

/** A pool, or one of its clients inside of a transaction. */
export type Db = Pool | PoolClient;

const { INT8, NUMERIC, TIMESTAMPTZ } = types.builtins;

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is no safe integer; select it as text.`);
  return value;
}

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, toSafeInteger],
  [NUMERIC, Number],
  [TIMESTAMPTZ, (text) => new Date(text).toISOString()],
]);

/** Column types as types.ts has them, whatever the pool's own settings are. */
const columnTypes: CustomTypesConfig = {
  getTypeParser: (type, format): unknown => parsers.get(type) ?? types.getTypeParser(type, format),
};

/**
 * Runs one statement and gives its rows; columns that are NULL are absent. Throws `SluiceError`: `unreachable`
 * where the database cannot be asked, else what the statement said.
 */
export async function query<Row extends object>(
  db: Db,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const statement = { text, values: values.map(withoutNul), types: columnTypes };
    const result: QueryResult<Row> =
      db instanceof Pool ? await db.query<Row>(statement) : await db.query<Row>(statement);
    return result.rows.map(withoutNulls);
  } catch (error) {
    throw translateError(error);
  }
}

/** Like `query`, for statements that give exactly one row. */
export async function queryOne<Row extends object>(
  db: Db,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  const [row] = await query<Row>(db, text, values);
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
  const rows = await query<Row & { cursor: unknown }>(db, text, [decodeCursor(page), limit + 1, ...values]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  // Without what was added it is the row again, which the compiler does not see of a generic one.
  const items = rows.slice(0, limit).map(({ cursor: _cursor, ...row }) => row as unknown as Row);
  return last === undefined ? { items } : { items, nextCursor: encodeCursor(last.cursor) };
}

/** PostgreSQL's text has no NUL: a message that quotes one must not keep its row from being written. */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\u0000') ? storableText(value) : value;
}

function withoutNulls<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Row;
}

/** Text of a JSON value for a `jsonb` parameter: pg itself would make a PostgreSQL array of a JavaScript one. */
export function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
