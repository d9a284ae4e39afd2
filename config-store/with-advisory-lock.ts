import type { Pool } from 'pg';
import { query, queryOne } from './db.ts';
import { connect } from './transaction.ts';

/**
 * Runs `work` if no other process runs it under this name now. The lock is the session's: it ends with the process
 * that holds it, however that ends.
 */
export async function withAdvisoryLock(
  pool: Pool,
  name: string,
  work: () => Promise<void>,
): Promise<{ ran: boolean }> {
  const client = await connect(pool);
  try {
    const { locked } = await queryOne<{ locked: boolean }>(
      client,
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [name],
    );
    if (locked) {
      await work();
      await query(client, 'select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
    }
    client.release();
    return { ran: locked };
  } catch (error) {
    // Ending the session gives the lock back, whatever state it is in.
    client.release(true);
    throw error;
  }
}
