import type { Pool, PoolClient } from 'pg';
import { runStatement } from './statement.ts';
import { translateError } from './translate-error.ts';

/** What the trigger `audit_is_told` says in the session that writes into the audit log. */
const auditWritten = 'SL001';

/** What a session has heard since it was last asked. */
const heard = new WeakMap<PoolClient, { auditWritten: boolean }>();

/** A client of the pool. Throws `unreachable`. */
export async function connect(pool: Pool): Promise<PoolClient> {
  try {
    const client = await pool.connect();
    if (!heard.has(client)) follow(client);
    return client;
  } catch (error) {
    throw translateError(error);
  }
}

function follow(client: PoolClient): void {
  const news = { auditWritten: false };
  heard.set(client, news);
  // A connection that breaks says so to the statement that is on; without a listener the event would end the process.
  client.on('error', () => undefined);
  client.on('notice', ({ code }) => {
    if (code === auditWritten) news.auditWritten = true;
  });
}

/** Whether anything has been written into the audit log in this session since this was last asked. */
function takeAuditWritten(client: PoolClient): boolean {
  const news = heard.get(client);
  const written = news?.auditWritten ?? false;
  if (news !== undefined) news.auditWritten = false;
  return written;
}

/**
 * Runs `work` in a session of the pool. `auditWritten`: an entry was written into the audit log meanwhile. Rethrows
 * what `work` throws; the session ends with it, and so does a transaction that it had open, also where the connection
 * is broken.
 */
export async function inSession<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<{ readonly result: T; readonly auditWritten: boolean }> {
  const client = await connect(pool);
  try {
    takeAuditWritten(client);
    const result = await work(client);
    const auditWritten = takeAuditWritten(client);
    client.release();
    return { result, auditWritten };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Runs `work` in a transaction of its own; for `inSession`, which undoes it where `work` fails. */
export async function committing<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await runStatement(client, 'begin');
  const result = await work();
  await runStatement(client, 'commit');
  return result;
}
