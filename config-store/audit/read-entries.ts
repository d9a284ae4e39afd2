import type { PoolClient } from 'pg';
import { query } from '../postgres/db.ts';

const batchSize = 1_000;

/** Which entries, with which of their columns. */
export interface EntrySelection<Row> {
  readonly columns: string;
  /** `position`: those that have a place; `id`: those that wait for one. */
  readonly order: 'position' | 'id';
  /** What `order` names of an entry, and its id. */
  readonly placeOf: (row: Row) => readonly [number, number];
}

/**
 * Reads entries of the audit log by their order, a batch at a time, and says how many there were. Two that claim the same
 * place are both given.
 */
export async function readEntries<Row extends object>(
  client: PoolClient,
  { columns, order, placeOf }: EntrySelection<Row>,
  take: (row: Row) => void,
): Promise<number> {
  const has = order === 'position' ? 'position is not null' : 'position is null';
  let count = 0;
  let last: readonly [number, number] | undefined;
  for (;;) {
    const rows: Row[] = await query<Row>(
      client,
      `select ${columns} from audit_entry
       where ${has} and ($1::bigint is null or (${order}, id) > ($1::bigint, $2::bigint))
       order by ${order}, id limit ${batchSize}`,
      [last?.[0], last?.[1]],
    );
    for (const row of rows) take(row);
    count += rows.length;
    const end = rows.at(-1);
    if (end === undefined || rows.length < batchSize) return count;
    last = placeOf(end);
  }
}
