import type { PoolClient } from 'pg';
import { query } from './db.ts';

const batchSize = 1_000;

/**
 * Reads entries of the audit log by their order, a batch at a time, and says how many there were. Two that claim the same
 * place are both given.
 *
 * @param order `position`, for those that have a place; `id`, for those that wait for one.
 */
export async function readEntries<Row extends { id: number; position?: number }>(
  client: PoolClient,
  { columns, order }: { columns: string; order: 'position' | 'id' },
  take: (row: Row) => void,
): Promise<number> {
  const has = order === 'position' ? 'position is not null' : 'position is null';
  let count = 0;
  let last: Row | undefined;
  for (;;) {
    const rows: Row[] = await query<Row>(
      client,
      `select ${columns} from audit_entry
       where ${has} and ($1::bigint is null or (${order}, id) > ($1::bigint, $2::bigint))
       order by ${order}, id limit ${batchSize}`,
      [last === undefined ? null : order === 'position' ? last.position : last.id, last?.id],
    );
    for (const row of rows) take(row);
    count += rows.length;
    last = rows.at(-1);
    if (rows.length < batchSize) return count;
  }
}
