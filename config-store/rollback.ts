import { endingBy, type Ending } from '../domain/release.ts';
import { queryOne, type Db } from './db.ts';
import { requireRevision } from './require-revision.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';

export interface RollbackRequest {
  app: string;
  environment: string;
  /** Label or digest of the revision to take out; the candidate, else stable, where nothing is said. */
  takeOut?: string | undefined;
  /** Label or digest of the revision to go back to. */
  to?: string | undefined;
  actor: string;
  reason: string;
  operationId: string;
  /** False where nothing was found to be wrong with it; neither was where its release ends as failed or superseded. */
  condemns?: boolean | undefined;
  /** How an open release of the revision ends; where nothing is said, as whoever takes it out says (`endingBy`). */
  ending?: Ending | undefined;
}

/** `serving` and `takenOut` are digests. */
export type RollbackResult =
  | { kind: 'done'; version: number; takenOut: string; serving: string }
  /** The revision serves nowhere in the environment; nothing was written. */
  | { kind: 'already'; version: number; serving: string };

/**
 * Takes a revision out of an environment in one transaction (invariant 7). Without a name it takes the candidate
 * out, else stable, but never twice in a row: when the newest change of what serves was itself a rollback, there is
 * nothing to do (invariant 8); to go back further, name what to take out. An open release is rolling back from then
 * on and can raise no more (invariant 5).
 * Throws `not_found` for an unknown revision, `not_active` where the app serves nothing, and `conflict` where there
 * is no former stable revision to go back to.
 */
export async function rollback(db: Db, request: RollbackRequest): Promise<RollbackResult> {
  const digest = async (ref: string | undefined) =>
    ref === undefined ? undefined : (await requireRevision(db, { app: request.app, ref })).digest;
  const { result } = await queryOne<{ result: RollbackResult }>(
    db,
    `select ${condemns(request) ? 'roll_back' : 'roll_back_unjudged'}($1, $2, $3, $4, $5, $6, $7, $8) as result`,
    [
      request.app,
      request.environment,
      await digest(request.takeOut),
      await digest(request.to),
      request.operationId,
      request.actor,
      request.reason,
      request.ending ?? endingBy(request.actor),
    ],
  );
  if (result.kind === 'done') await sequenceAfterCommit(db);
  return result;
}

function condemns({ condemns: said = true, ending }: RollbackRequest): boolean {
  return said && ending !== 'failed' && ending !== 'superseded';
}
