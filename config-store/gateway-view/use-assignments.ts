import { query, type Db } from '../postgres/db.ts';

/** Takes assignments, so that each counts once over all gateways and restarts; gives those that were free. */
export async function useAssignments(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const taken = await query<{ readonly id: string }>(db, 'select id from use_assignments($1) as id', [
    [...ids],
  ]);
  return new Set(taken.map(({ id }) => id));
}
