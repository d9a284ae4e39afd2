import { commandColumns } from './command-columns.ts';
import { query, type Db } from '../../postgres/db.ts';
import type { CommandRow } from '../release-row.ts';

/** The commands of a release that its workflow has not applied: an abort before all, else the oldest first. */
export function readCommands(db: Db, { releaseId }: { readonly releaseId: string }): Promise<CommandRow[]> {
  return query<CommandRow>(
    db,
    `select ${commandColumns} from command where release_id = $1 and applied_at is null
     order by kind = 'abort' desc, id`,
    [releaseId],
  );
}
