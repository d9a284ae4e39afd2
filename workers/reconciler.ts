import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { takeBackIfLost } from '../activities/lost-release.ts';
import type { TemporalView } from '../activities/temporal-view.ts';
import { deleteExpired } from '../config-store/delete-expired.ts';
import { followAfterCommit, listBehind } from '../config-store/follow-production.ts';
import { listReleases } from '../config-store/list-releases.ts';
import { sequenceAudit } from '../config-store/sequence-audit.ts';
import type { ReleaseRow } from '../config-store/types.ts';
import { withAdvisoryLock } from '../config-store/with-advisory-lock.ts';

export interface ReconcilerParts {
  db: Pool;
  temporal: TemporalView;
  log: Logger;
  /** Between two rounds, in milliseconds. */
  everyMs: number;
  /** Releases younger than this are left alone: their workflow may be about to start. */
  minAgeMs: number;
}

export interface Reconciler {
  /** Ends the loop, after the round that is under way. */
  stop(): Promise<void>;
}

/**
 * Puts in order what nobody else will: releases whose workflow is gone, environments that do not follow production
 * yet, audit entries that nobody has chained, data
 * whose time is over. A loop in every worker and API process, one of which does it at a time, and no workflow, so
 * that it does not die with what it watches.
 */
export function startReconciler(parts: ReconcilerParts): Reconciler {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await reconcileOnce(parts);
      } catch (error) {
        parts.log.warn({ err: error }, 'the reconciler could not do its round and will try again');
      }
      await delay(parts.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = loop();
  return {
    stop() {
      stopping.abort();
      return ended;
    },
  };
}

/** One round, unless another process is in the middle of one. Throws `unreachable` where the database is away. */
export async function reconcileOnce(parts: ReconcilerParts): Promise<void> {
  const { db, log } = parts;
  await withAdvisoryLock(db, 'sluice-reconciler', async () => {
    await takeBackLostReleases(parts);
    for (const app of await listBehind(db)) await followAfterCommit(db, { app, actor: 'system:reconciler' });
    const chained = await sequenceAudit(db);
    if (chained > 0) log.info({ chained }, 'audit entries were chained that their writers had not');
    const deleted = await deleteExpired(db);
    if (Object.values(deleted).some((count) => count > 0)) log.debug({ deleted }, 'expired data was deleted');
  });
}

async function takeBackLostReleases(parts: ReconcilerParts): Promise<void> {
  for (const release of await openReleases(parts.db)) {
    if (Date.now() - Date.parse(release.createdAt) < parts.minAgeMs) continue;
    try {
      await takeBack(parts, release);
    } catch (error) {
      // One release that cannot be judged, as when Temporal is away, must not hide the others.
      parts.log.warn({ release: release.id, err: error }, 'could not find out whether a release is lost');
    }
  }
}

async function takeBack(
  { db, temporal, log }: ReconcilerParts,
  { id, app, environment }: ReleaseRow,
): Promise<void> {
  const found = await takeBackIfLost({ db, temporal, actor: 'system:reconciler' }, { id, app, environment });
  if (found === 'taken-back')
    log.warn({ release: id, app }, 'a lost release was taken back and closed as failed');
}

async function openReleases(db: Pool): Promise<ReleaseRow[]> {
  const releases: ReleaseRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await listReleases(db, { state: 'open', cursor });
    releases.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return releases;
}
