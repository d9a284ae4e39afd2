import { chainedColumns, type ChainedEntry } from '../chain/audit-entry.ts';
import { query, type Db } from '../postgres/db.ts';

/** Entries that have a place in the chain, in the order of their places, after one of them. */
export function readAuditEntries(
  db: Db,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<ChainedEntry[]> {
  return query<ChainedEntry>(
    db,
    `select ${chainedColumns} from audit_entry where position > $1 order by position limit $2`,
    [after, limit],
  );
}
