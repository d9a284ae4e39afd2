import { isFirstEvaluation } from '../../../domain/evaluation/first-evaluation.ts';
import { query, type Db } from '../../postgres/db.ts';

export interface WaitingNote {
  /** Of a release, or of the evaluation of a first revision. */
  readonly releaseId: string;
  readonly waitingFor: string;
  /** For how long it goes on waiting, in milliseconds from now; where the plan's `maxBlind` says it, nothing. */
  readonly leftMs?: number;
}

/**
 * Notes what an open release waits for, with the time since when it has; the next valid look, or stage, takes the note
 * away.
 */
export async function noteWaiting(db: Db, { releaseId, waitingFor, leftMs }: WaitingNote): Promise<void> {
  const until = `now() + $3 * interval '1 millisecond'`;
  if (isFirstEvaluation(releaseId)) {
    const noted = `update first_evaluation set waiting_for = $2, waiting_until = ${until} where id = $1`;
    await query(db, noted, [releaseId, waitingFor, leftMs]);
    return;
  }
  await query(
    db,
    `with changed as (
       update release set waiting_for = $2, waiting_since = coalesce(waiting_since, now()), waiting_until = ${until}
       where id = $1 and closed_at is null and waiting_for is distinct from $2 returning id)
     select pg_notify('sluice_release', id) from changed`,
    [releaseId, waitingFor, leftMs],
  );
}

/** Takes a note away, unless another one than this stands there; any where none is named. */
export async function clearWaiting(
  db: Db,
  { releaseId, waitingFor }: { readonly releaseId: string; readonly waitingFor?: string },
): Promise<void> {
  const cleared = isFirstEvaluation(releaseId)
    ? `with changed as (update first_evaluation set waiting_for = null, waiting_until = null
         where id = $1 and waiting_for = coalesce($2, waiting_for) returning id)`
    : `with changed as (update release set waiting_for = null, waiting_since = null, waiting_until = null
         where id = $1 and waiting_for = coalesce($2, waiting_for) returning id)`;
  await query(db, `${cleared} select pg_notify('sluice_release', id) from changed`, [releaseId, waitingFor]);
}
