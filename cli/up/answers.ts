import { Client, DatabaseError } from 'pg';

/** Whether an HTTP server answers within that many milliseconds; what it answers is its own affair. Never rejects. */
export async function answersHttp(url: string, withinMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Whether a PostgreSQL takes a new session within that many milliseconds, or says why it does not. Never rejects. */
export async function answersSql(url: string, withinMs: number): Promise<boolean> {
  const client = new Client({
    connectionString: url,
    application_name: 'sluice-up',
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
  });
  // It may go while nothing is asked of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    return error instanceof DatabaseError;
  } finally {
    // A server that hangs does not answer a good-bye either.
    void client.end().catch(() => undefined);
  }
}
