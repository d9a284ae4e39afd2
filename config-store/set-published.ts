import type { Plan } from '../domain/plan.ts';
import { json, query, type Db } from './db.ts';
import { unknownApp } from './unknown-app.ts';
import type { PublishedSuite } from './types.ts';

/** Keeps what the newest publication of an app brought along, for a workflow that is started by hand. */
export async function setPublished(
  db: Db,
  { app, plans, suites }: { app: string; plans: Record<string, Plan>; suites: readonly PublishedSuite[] },
): Promise<void> {
  const updated = await query(db, 'update app set published = $2 where name = $1 returning name', [
    app,
    json({ plans, suites }),
  ]);
  if (updated.length === 0) throw unknownApp(app);
}
