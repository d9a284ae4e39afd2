import type { JsonObject } from '../../domain/json.ts';
import type { Actor, Outcome } from '../../domain/release/release.ts';
import { json, query, type Db } from '../postgres/db.ts';
import { requireRelease } from './require-release.ts';
import type { ReleaseRow } from './release-row.ts';

export interface ReleaseEnd {
  readonly releaseId: string;
  /** A release is promoted by `promoteCandidate` alone. */
  readonly outcome: Exclude<Outcome, 'promoted'>;
  readonly reason: string;
  /** Who ends it, unless its taking back was begun by somebody else: then that one does. */
  readonly actor: Actor;
  /** What else the audit entry says of the end: which guardrail it was, say. */
  readonly details?: JsonObject | undefined;
}

/**
 * Ends a release and its lease; idempotent: one that has ended stays as it is. A release that is rolling back ends
 * as the rollback said when it began. Throws `conflict` while its candidate is still on the traffic, or where the
 * graph of states does not lead there (invariant 4).
 */
export async function closeRelease(
  db: Db,
  { releaseId, outcome, reason, actor, details = {} }: ReleaseEnd,
): Promise<ReleaseRow> {
  await query(db, 'select close_release($1, $2, $3, $4, $5)', [
    releaseId,
    outcome,
    reason,
    actor,
    json(details),
  ]);
  return requireRelease(db, releaseId);
}
