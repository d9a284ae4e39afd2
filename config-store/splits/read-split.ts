import { query, type Db } from '../postgres/db.ts';
import { splitColumns } from './split-columns.ts';
import type { StoredSplit } from './split-row.ts';

/** The split of an app in an environment; absent before its first stable revision. */
export async function readSplit(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<StoredSplit | undefined> {
  const [split] = await query<StoredSplit>(
    db,
    `select ${splitColumns} from split where app = $1 and environment = $2`,
    [app, environment],
  );
  return split;
}
