import { query, type Db } from '../postgres/db.ts';

/** The ids of the data keys that the samples of an environment are sealed with. */
export async function sampleKeyIds(db: Db, environment: string): Promise<string[]> {
  const rows = await query<{ readonly id: string }>(db, 'select sample_key_ids($1) as id', [environment]);
  return rows.map(({ id }) => id);
}

/** The ids of the keys that the fresh samples of an environment are sealed with. */
export async function freshKeyIds(db: Db, environment: string): Promise<string[]> {
  const rows = await query<{ readonly id: string }>(db, 'select fresh_key_ids($1) as id', [environment]);
  return rows.map(({ id }) => id);
}
