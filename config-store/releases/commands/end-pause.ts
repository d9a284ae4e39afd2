import { query, type Db } from '../../postgres/db.ts';
import { setReleaseState } from '../progress/set-release-state.ts';
import { inTransaction } from '../../postgres/transaction.ts';

/**
 * Lets a paused release progress because of a command that says to go on. A pause that was recorded after that command
 * stands, read or not: no raise may commit over it (invariant 5).
 */
export async function endPause(
  db: Db,
  { releaseId, commandId }: { readonly releaseId: string; readonly commandId: number },
): Promise<{ readonly ended: boolean }> {
  const ended = await inTransaction(db, async (client) => {
    // Whoever records a command holds this lock: each pause is wholly before this or wholly after.
    await query(client, 'select from release where id = $1 for no key update', [releaseId]);
    const later = await query(
      client,
      `select from command where release_id = $1 and kind = 'pause' and id > $2 and applied_at is null limit 1`,
      [releaseId, commandId],
    );
    const given = await query(
      client,
      `select from command where release_id = $1 and kind in ('resume', 'promote') and id = $2`,
      [releaseId, commandId],
    );
    if (later.length > 0 || given.length === 0) return false;
    return (await setReleaseState(client, { releaseId, to: 'progressing' })).changed;
  });
  return { ended };
}
