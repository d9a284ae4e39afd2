import { query, type Db } from '../postgres/db.ts';

/** The step of a release that is served, by its plan and by what the database has seen of it. */
export interface ServedStep {
  stage: string;
  holdMs: number;
  minExposures: number;
  /** For how long its version was looked at so far, by the database's clock. */
  heldMs: number;
  /** A person has said to go on with it before it has passed. */
  promoted: boolean;
}

/** Undefined where no step of the release's plan is served. */
export async function readServedStep(db: Db, releaseId: string): Promise<ServedStep | undefined> {
  const [served] = await query<ServedStep>(
    db,
    `select stage, hold_ms as "holdMs", min_exposures as "minExposures", held_ms as "heldMs", promoted
     from served_step($1)`,
    [releaseId],
  );
  return served;
}
