import { SluiceError } from '../../domain/errors.ts';
import { queryOne, type Db } from './db.ts';

/** A server that follows another one, and what is to be done about it. */
export function isStandby(): SluiceError {
  return new SluiceError(
    'unreachable',
    'DATABASE_URL names a standby: it only reads, and what it reads may be old.',
    {
      remedy: 'Name the primary: splits, leases and acks are read and written there alone.',
    },
  );
}

/** Throws `unreachable` where the database cannot be asked, or is a standby: one that takes over will do. */
export async function assertPrimary(db: Db): Promise<void> {
  const { follows } = await queryOne<{ readonly follows: boolean }>(
    db,
    'select pg_is_in_recovery() as follows',
  );
  if (follows) throw isStandby();
}
