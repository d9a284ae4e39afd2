import { randomUUID } from 'node:crypto';
import { query, type Db } from '../postgres/db.ts';

export interface FirstStable {
  readonly app: string;
  readonly environments: readonly string[];
  /** Digest of a published revision. */
  readonly revision: string;
  readonly operationId: string;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Sets the first stable revision of an app in some environments, in all or in none; gives the split version of each.
 * Throws `conflict` where one is there already.
 */
export async function createStable(db: Db, first: FirstStable): Promise<Record<string, number>> {
  const rows = await query<{ readonly environment: string; readonly version: number }>(
    db,
    `select environment, create_stable($1, environment, $3, $4, $5, $6, $7) as version
     from unnest($2::text[]) as environment`,
    [
      first.app,
      first.environments,
      first.revision,
      first.operationId,
      randomUUID(),
      first.actor,
      first.reason,
    ],
  );
  return Object.fromEntries(rows.map(({ environment, version }) => [environment, version]));
}
