import { query, type Db } from '../postgres/db.ts';

/** Why a revision is condemned in an environment. */
export interface Condemnation {
  cause: 'gate' | 'guardrail' | 'person';
  actor: string;
  reason: string;
  releaseId?: string;
  /** ISO 8601. */
  at: string;
}

/** Of several findings the gravest, then the newest; undefined where a revision is not condemned (DESIGN section 5). */
export async function readCondemnation(
  db: Db,
  { app, environment, revision }: { app: string; environment: string; revision: string },
): Promise<Condemnation | undefined> {
  const [found] = await query<Condemnation>(
    db,
    `select cause, actor, reason, release_id as "releaseId", at from condemnation($1, $2, $3) where id is not null`,
    [app, environment, revision],
  );
  return found;
}
