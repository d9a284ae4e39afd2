import { isOpen, type Actor, type Ending } from '../../domain/release/release.ts';
import { query, type Db } from '../postgres/db.ts';
import { releaseColumns } from '../releases/release-columns.ts';
import { rollback } from './rollback.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { ReleaseRow } from '../releases/release-row.ts';

export interface Withdrawal {
  readonly releaseId: string;
  /** The split version that the caller's knowledge rests on. */
  readonly expectedVersion: number;
  /** The workflow run that the release belonged to when the caller read it; undefined for none. */
  readonly firstRunId: string | undefined;
  readonly operationId: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly ending: Ending;
}

/**
 * Rolls a release back if it is still open, of the run and at the split version that the caller has read (invariant
 * 6); `moved` where it is not, and nothing was written. For who acts on somebody else's release: the reconciler.
 */
export async function withdrawRelease(db: Db, withdrawal: Withdrawal): Promise<'done' | 'moved'> {
  const { releaseId, expectedVersion, firstRunId, ...rest } = withdrawal;
  const done = await inTransaction(db, async (client) => {
    // Release first, split second: the order in which every writer of a split takes its locks.
    const [release] = await query<ReleaseRow>(
      client,
      `select ${releaseColumns} from release where id = $1 for no key update`,
      [releaseId],
    );
    if (release === undefined || !isOpen(release.state) || release.firstRunId !== firstRunId) return false;
    const { app, environment, revision } = release;
    const [locked] = await query<{ readonly version: number | null }>(
      client,
      'select lock_split($1, $2) as version',
      [app, environment],
    );
    if (locked?.version !== expectedVersion) return false;
    await rollback(client, { ...rest, app, environment, takeOut: revision });
    return true;
  });
  return done ? 'done' : 'moved';
}
