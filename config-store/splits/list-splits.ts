import { query, type Db } from '../postgres/db.ts';
import { splitColumns } from './split-columns.ts';
import type { StoredSplit } from './split-row.ts';

/** The splits of some apps, in all their environments. */
export function listSplits(db: Db, { apps }: { readonly apps: readonly string[] }): Promise<StoredSplit[]> {
  return query<StoredSplit>(
    db,
    `select ${splitColumns} from split where app = any ($1) order by app, environment`,
    [apps],
  );
}
