import type { Actor } from '../../../domain/release/release.ts';
import { queryOne, type Db } from '../../postgres/db.ts';

/**
 * Lets another run take an open release over from the one that the caller has seen to be stuck: the next first run of
 * its workflow that opens it goes on from its row. False where the release has ended, or is another run's by now.
 */
export async function beginRestart(
  db: Db,
  restart: {
    readonly releaseId: string;
    readonly firstRunId: string;
    readonly actor: Actor;
    readonly reason: string;
  },
): Promise<boolean> {
  const { begun } = await queryOne<{ readonly begun: boolean }>(
    db,
    'select begin_restart($1, $2, $3, $4) as begun',
    [restart.releaseId, restart.firstRunId, restart.actor, restart.reason],
  );
  return begun;
}
