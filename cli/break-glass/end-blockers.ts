import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { stopWaitingForStandby } from '../../config-store/postgres/stop-waiting-for-standby.ts';
import { terminateBlockers } from '../../config-store/postgres/terminate-blockers.ts';
import { messageOf } from '../../domain/errors.ts';

/** A session that holds the rows of a rollback for longer than this is ended, and a standby is waited for no longer. */
const blockerAgeMs = 1000;

export interface Guarded {
  readonly app: string;
  readonly environment: string;
  readonly tell: (text: string) => void;
}

/**
 * Does some work on an app's split; while it waits for a row, whoever holds that for too long is ended, and a standby that
 * does not answer holds it up no longer either.
 */
export async function endingBlockers<T>(db: Pool, guarded: Guarded, work: () => Promise<T>): Promise<T> {
  const finished = new AbortController();
  const watching = endBlockers(db, guarded, finished.signal);
  try {
    return await work();
  } finally {
    finished.abort();
    await watching;
  }
}

/** Never throws: that nobody could be ended must not hide what became of the work. */
async function endBlockers(db: Pool, guarded: Guarded, finished: AbortSignal): Promise<void> {
  const { app, environment, tell } = guarded;
  try {
    while (await delay(blockerAgeMs / 4, true, { signal: finished }).catch(() => false)) {
      const ended = await terminateBlockers(db, { app, environment, olderThanMs: blockerAgeMs });
      for (const { applicationName, ageMs } of ended)
        tell(`ended a session of ${applicationName} that stood in the way for ${ageMs} ms`);
      const waitedMs = await stopWaitingForStandby(db, { olderThanMs: blockerAgeMs });
      if (waitedMs !== undefined)
        tell(`no synchronous standby has answered for ${waitedMs} ms: it is written on this server alone`);
    }
  } catch (error) {
    tell(`sessions that stand in the way cannot be ended: ${messageOf(error)}`);
  }
}
