import { mayFollow, openStates, type Outcome } from '../domain/release.ts';
import { queryOne, type Db } from './db.ts';
import { requireRelease } from './require-release.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';
import type { ReleaseRow } from './types.ts';

export interface ReleaseEnd {
  releaseId: string;
  /** A release is promoted by `promoteCandidate` alone. */
  outcome: Exclude<Outcome, 'promoted'>;
  reason: string;
}

/**
 * Ends a release and its lease; idempotent: one that has ended stays as it is. A release that is rolling back ends
 * as the rollback said when it began. Throws `conflict` while its candidate is still on the traffic, or where the
 * graph of states does not lead there (invariant 4).
 */
export async function closeRelease(db: Db, { releaseId, outcome, reason }: ReleaseEnd): Promise<ReleaseRow> {
  const from = openStates.filter((state) => mayFollow(state, outcome));
  const { closed } = await queryOne<{ closed: boolean }>(
    db,
    'select close_release($1, $2, $3, $4) as closed',
    [releaseId, outcome, from, reason],
  );
  if (closed) await sequenceAfterCommit(db);
  return requireRelease(db, releaseId);
}
