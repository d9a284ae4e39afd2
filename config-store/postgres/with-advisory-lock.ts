import type { Pool } from 'pg';
import { connect } from '../connection/session.ts';
import { query, queryOne } from './db.ts';

/**
 * Runs `work` if no other process runs it under this name now. The lock is the session's: it ends with the process
 * that holds it, however that ends. Where `work` fails, the lock is given back before its error is thrown.
 */
export async function withAdvisoryLock(
  pool: Pool,
  name: string,
  work: () => Promise<void>,
): Promise<{ readonly ran: boolean }> {
  const client = await connect(pool);
  // A session goes back to the pool only where all went well; any other is ended, and with it whatever it holds.
  let wentWell = false;
  try {
    const { locked } = await queryOne<{ readonly locked: boolean }>(
      client,
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [name],
    );
    if (locked) {
      try {
        await work();
      } finally {
        await query(client, 'select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      }
    }
    wentWell = true;
    return { ran: locked };
  } finally {
    client.release(!wentWell);
  }
}
