import { query, type Db } from '../postgres/db.ts';

/** The app that a release is of; absent where there is no such release. */
export async function appOfRelease(db: Db, id: string): Promise<string | undefined> {
  const [row] = await query<{ readonly app: string }>(db, 'select app from release where id = $1', [id]);
  return row?.app;
}
