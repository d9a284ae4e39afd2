import { unknownApp } from '../../domain/refusals.ts';
import type { Db } from '../../config-store/postgres/db.ts';
import { readApp } from '../../config-store/apps/read-app.ts';
import type { AppRow } from '../../config-store/apps/app-row.ts';

/** The app of that name. Throws `not_found`. */
export async function existingApp(db: Db, name: string): Promise<AppRow> {
  const app = await readApp(db, name);
  if (app === undefined) throw unknownApp(name);
  return app;
}
