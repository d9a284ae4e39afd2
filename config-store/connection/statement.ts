import { types, type CustomTypesConfig, type Pool, type PoolClient, type QueryResult } from 'pg';
import { storableText } from '../../domain/text/storable.ts';
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

/** Column types as said above, whatever the pool's own settings are. */
const columnTypes: CustomTypesConfig = {
  getTypeParser: (type, format): unknown => parsers.get(type) ?? types.getTypeParser(type, format),
};

/**
 * Runs one statement in a session and gives its rows. Throws `SluiceError`: `unreachable` where the database cannot be
 * asked, else what the statement said. All but who commits by himself goes by `query`.
 */
export async function runStatement<Row extends object>(
  client: PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const statement = { text, values: values.map(withoutNul), types: columnTypes };
    const result: QueryResult<Row> = await client.query<Row>(statement);
    return result.rows.map(withoutNulls);
  } catch (error) {
    throw translateError(error);
  }
}

/** PostgreSQL's text has no NUL: a message that quotes one must not keep its row from being written. */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\u0000') ? storableText(value) : value;
}

function withoutNulls<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Row;
}
