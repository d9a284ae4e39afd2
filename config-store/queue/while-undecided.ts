import type { Pool } from 'pg';
import { withAdvisoryLock } from '../postgres/with-advisory-lock.ts';
import { readQueued } from './queued-releases.ts';

/**
 * Decides what becomes of one that waits, while nobody else does: a start takes some seconds, and what was taken out
 * meanwhile would have begun all the same. `ran` is false where somebody else is at it; nothing is done where it waits no more.
 */
export function whileUndecided(
  db: Pool,
  queued: { readonly app: string; readonly id: string },
  decide: () => Promise<unknown>,
): Promise<{ readonly ran: boolean }> {
  return withAdvisoryLock(db, `sluice-queued/${queued.id}`, async () => {
    const row = await readQueued(db, queued);
    if (row !== undefined && row.closedAt === undefined) await decide();
  });
}
