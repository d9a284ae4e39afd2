import { Pool, type PoolClient } from 'pg';
import { query, type Db } from './db.ts';
import { translateError } from './translate-error.ts';

/**
 * Runs `work` in one transaction. Inside of a client's transaction it is part of that one. Rolls back and rethrows
 * what `work` throws; a connection that broke is not used again.
 */
export async function inTransaction<T>(db: Db, work: (client: PoolClient) => Promise<T>): Promise<T> {
  if (!(db instanceof Pool)) return work(db);
  const client = await connect(db);
  try {
    await query(client, 'begin');
    const result = await work(client);
    await query(client, 'commit');
    client.release();
    return result;
  } catch (error) {
    // Ends the session, and with it the transaction: this works on a broken connection as well.
    client.release(true);
    throw error;
  }
}

/** A client of the pool. Throws `unreachable`. */
export async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw translateError(error);
  }
}
