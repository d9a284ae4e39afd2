import { Pool, type PoolClient } from 'pg';
import { committing } from '../connection/session.ts';
import { committed } from './committed.ts';
import type { Db } from './db.ts';

/**
 * Runs `work` in one transaction; audit entries that it writes are chained once it has committed. Inside of a client's
 * transaction it is part of that one. Rolls back and rethrows what `work` throws; a connection that broke is not used
 * again.
 */
export async function inTransaction<T>(db: Db, work: (client: PoolClient) => Promise<T>): Promise<T> {
  if (!(db instanceof Pool)) return work(db);
  return committed(db, (client) => committing(client, () => work(client)));
}
