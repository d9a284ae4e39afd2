import { query, type Db } from '../postgres/db.ts';
import type { AppRow } from './app-row.ts';

export const appColumns = `name, sampling, samples_per_second as "samplesPerSecond",
  max_samples as "maxSamples", max_fresh_samples as "maxFreshSamples",
  max_fresh_megabytes as "maxFreshMegabytes", reports, published, created_at as "createdAt"`;

/** An app by its name. */
export async function readApp(db: Db, name: string): Promise<AppRow | undefined> {
  const [app] = await query<AppRow>(db, `select ${appColumns} from app where name = $1`, [name]);
  return app;
}
