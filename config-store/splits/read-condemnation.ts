import { query, type Db } from '../postgres/db.ts';

/** Why a revision is condemned in an environment. */
export interface Condemnation {
  readonly cause: 'gate' | 'guardrail' | 'person';
  readonly actor: string;
  readonly reason: string;
  readonly releaseId?: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Of several findings the gravest, then the newest; undefined where a revision is not condemned (DESIGN section 5). */
export async function readCondemnation(
  db: Db,
  {
    app,
    environment,
    revision,
  }: { readonly app: string; readonly environment: string; readonly revision: string },
): Promise<Condemnation | undefined> {
  const [found] = await query<Condemnation>(
    db,
    `select cause, actor, reason, release_id as "releaseId", at from condemnation($1, $2, $3) where id is not null`,
    [app, environment, revision],
  );
  return found;
}
