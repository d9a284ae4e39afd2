import { query, type Db } from '../postgres/db.ts';

/** The names of all apps. */
export async function listAppNames(db: Db): Promise<string[]> {
  const rows = await query<{ readonly name: string }>(db, 'select name from app order by name');
  return rows.map(({ name }) => name);
}
