import { Pool } from 'pg';
import { endingBy, type Ending } from '../../domain/release/release.ts';
import { queryOne, type Db } from '../postgres/db.ts';
import { rehearseNow } from './rehearsal.ts';
import { requireRevision } from '../revisions/require-revision.ts';

/** How long gateways may take to say whether they can serve what a person names. */
const rehearseWithinMs = 2_000;

/** What a person looked at when he decided: a split version and, where he names it, the revision that is bad. */
export interface SeenSplit {
  readonly version: number;
  /** Label or digest; the candidate of that version, else its stable revision, where nothing is said. */
  readonly revision?: string | undefined;
}

export interface RollbackRequest {
  readonly app: string;
  readonly environment: string;
  /** Label or digest of the revision to take out; the candidate, else stable, where nothing is said. */
  readonly takeOut?: string | undefined;
  /** Label or digest of the revision to go back to. */
  readonly to?: string | undefined;
  readonly seen?: SeenSplit | undefined;
  /** Go to `to` though a gate or a guardrail condemned it, or it never was stable: an override. */
  readonly force?: boolean | undefined;
  /**
   * Past the control plane: nothing that gateways tell stands in the way, also where it would mean that the database has
   * lost writes. Naming `to` does the same: then a person says what is right.
   */
  readonly pastGateways?: boolean | undefined;
  readonly actor: string;
  readonly reason: string;
  readonly operationId: string;
  /** False where nothing was found to be wrong with it; neither was where its release ends as failed or superseded. */
  readonly condemns?: boolean | undefined;
  /** How an open release of the revision ends; where nothing is said, as whoever takes it out says (`endingBy`). */
  readonly ending?: Ending | undefined;
}

/**
 * A former stable revision that served later than the one that was gone back to, and why it does not now; or that one
 * itself, where its models were found dead and nothing else was left.
 */
export interface Skipped {
  /** Its digest. */
  readonly revision: string;
  readonly reason: string;
}

/** `serving` and `takenOut` are digests; times are ISO 8601. */
export type PressResult =
  | {
      readonly kind: 'done';
      readonly version: number;
      readonly takenOut: string;
      readonly serving: string;
      readonly skipped: Skipped[];
      /** A person went over what a gate or a guardrail had found. */
      readonly override: boolean;
    }
  /** What was to be taken out serves nowhere in the environment; nothing was written. */
  | {
      readonly kind: 'already';
      readonly version: number;
      readonly serving: string;
      readonly servingSince?: string;
      /** What was to be taken out, else what the newest rollback took out. */
      readonly takenOut?: string;
      /** When that was; absent where it never served. */
      readonly takenOutAt?: string;
    };

/**
 * Takes a revision out of an environment in one transaction (invariant 7) and condemns it, unless `condemns` says
 * otherwise. Without a name that is what the person saw; without that the candidate, else stable, unless the newest
 * change was itself a rollback: then there is nothing to do, whatever time has passed (invariant 8). Goes back to the
 * newest former stable revision that is not condemned and that a live gateway can serve (invariant 28), and names what
 * it passed over. With `to` what was served until now is only displaced where that is the older one. An open release is
 * rolling back from then on and can raise no more (invariant 5).
 * Where gateways tell that they serve what this database does not know, a person has to name `to` (or heal the split).
 * Throws `not_found` for an unknown revision or split version, `not_active` where the app serves nothing, and `conflict`
 * where there is no revision to go back to, or `to` cannot be served, or may only with `force`.
 */
export async function rollback(db: Db, request: RollbackRequest): Promise<PressResult> {
  const { app, environment, operationId, actor, reason, seen, force = false } = request;
  const digest = async (ref: string | undefined) =>
    ref === undefined ? undefined : (await requireRevision(db, { app, ref })).digest;
  const to = await digest(request.to);
  // Inside of a transaction no gateway would see the question.
  if (to !== undefined && db instanceof Pool)
    await rehearseNow(db, { app, environment, revision: to, withinMs: rehearseWithinMs });
  const { result } = await queryOne<{ readonly result: PressResult }>(
    db,
    `with said as materialized (select set_config('sluice.person_decides', $13, true))
     select roll_back($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as result from said`,
    [
      app,
      environment,
      await digest(request.takeOut),
      to,
      operationId,
      actor,
      reason,
      request.ending ?? endingBy(actor),
      request.condemns ?? true,
      seen?.version,
      await digest(seen?.revision),
      force,
      to !== undefined || request.pastGateways === true ? 'on' : 'off',
    ],
  );
  return result;
}
