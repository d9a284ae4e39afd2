import type { Db } from '../postgres/db.ts';
import { listActive, type ActiveRow } from './list-active.ts';

/** What serves an app in an environment; absent before its first stable revision. */
export async function readActive(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<ActiveRow | undefined> {
  const [row] = await listActive(db, { apps: [app], environments: [environment] });
  return row;
}
