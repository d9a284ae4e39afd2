import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { deleteExpired } from '../config-store/delete-expired.ts';
import { followAfterCommit, listBehind } from '../config-store/follow-production.ts';
import { listReleases } from '../config-store/list-releases.ts';
import { noteWatch } from '../config-store/note-watch.ts';
import { rehearseWaysBack } from '../config-store/rehearsal.ts';
import { sequenceAudit } from '../config-store/sequence-audit.ts';
import type { ReleaseRow } from '../config-store/types.ts';
import { withAdvisoryLock } from '../config-store/with-advisory-lock.ts';
import { watchRelease, type WatchParts } from './watch-release.ts';

export interface ReconcilerParts extends WatchParts {
  /** Between two rounds, in milliseconds. */
  everyMs: number;
}

export interface Reconciler {
  /** Ends the loop, after the round that is under way. */
  stop(): Promise<void>;
}

/**
 * Puts in order what nobody else will: releases whose workflow is gone or cannot go on, environments that do not follow
 * production yet, ways back that were not tried for a while, audit entries that nobody has chained, data whose time is
 * over. A loop in every worker and API process, one of which does it at a time, and no workflow, so that it does not die
 * with what it watches.
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

/**
 * One round, unless another process is in the middle of one. What one duty fails at is logged, and keeps none of the
 * others from being done. Throws `unreachable` where the database is away.
 */
export async function reconcileOnce(parts: ReconcilerParts): Promise<void> {
  await withAdvisoryLock(parts.db, 'sluice-reconciler', async () => {
    for (const [duty, fulfil] of Object.entries(duties)) {
      try {
        await fulfil(parts);
      } catch (error) {
        parts.log.warn(
          { duty, err: error },
          'the reconciler could not do one of its duties and will try again',
        );
      }
    }
  });
}

const duties: Readonly<Record<string, (parts: ReconcilerParts) => Promise<void>>> = {
  'watch releases': watchReleases,
  async 'follow production'({ db }) {
    for (const app of await listBehind(db)) await followAfterCommit(db, { app, actor: 'system:reconciler' });
  },
  'rehearse ways back': ({ db }) => rehearseWaysBack(db),
  async 'chain the audit'({ db, log }) {
    const chained = await sequenceAudit(db);
    if (chained > 0) log.info({ chained }, 'audit entries were chained that their writers had not');
  },
  async 'delete what has expired'({ db, log }) {
    const deleted = await deleteExpired(db);
    if (Object.values(deleted).some((count) => count > 0)) log.debug({ deleted }, 'expired data was deleted');
  },
};

async function watchReleases(parts: ReconcilerParts): Promise<void> {
  const { db, temporal, taskQueue, log } = parts;
  const releases = await openReleases(db);
  if (releases.length === 0) return;
  const queues = await temporal.queues(taskQueue).catch((error: unknown) => {
    log.warn({ err: error }, 'Temporal cannot be asked how releases are');
    return undefined;
  });
  for (const release of releases) {
    try {
      if (queues === undefined) await noteWatch(db, { releaseId: release.id, workflow: 'unreachable' });
      else await watchRelease(parts, release, queues);
    } catch (error) {
      // One release that cannot be judged must not hide the others.
      log.warn({ release: release.id, err: error }, 'could not find out how a release is');
    }
  }
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
