import type { Pool, PoolClient } from 'pg';
import { sequenceQuietly } from '../chain/sequence-audit.ts';
import { inSession } from '../connection/session.ts';

/**
 * Runs what commits by itself in a session of the pool: every statement and transaction of the store goes through
 * here. Where an audit entry was written with it, by whatever function or trigger, the entry has its place in the chain
 * before this returns (invariant 12).
 */
export async function committed<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const { result, auditWritten } = await inSession(pool, work);
  if (auditWritten) await sequenceQuietly(pool);
  return result;
}
