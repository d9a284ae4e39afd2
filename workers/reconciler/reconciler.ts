import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { deleteExpired } from '../../config-store/postgres/delete-expired.ts';
import { followAfterCommit, listBehind } from '../../config-store/change-control/follow-production.ts';
import { listReleases } from '../../config-store/releases/list-releases.ts';
import { noteWatch } from '../../config-store/releases/progress/note-watch.ts';
import { rehearseWaysBack } from '../../config-store/splits/rehearsal.ts';
import { sequenceAudit } from '../../config-store/chain/sequence-audit.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { withAdvisoryLock } from '../../config-store/postgres/with-advisory-lock.ts';
import { SluiceError } from '../../domain/errors.ts';
import { keepSchedules } from './keep-schedules.ts';
import { watchEvaluations } from './watch-evaluations.ts';
import { watchGuards } from './watch-guards.ts';
import { watchRelease, type WatchParts } from './watch-release.ts';

export interface ReconcilerParts extends WatchParts {
  /** Between two rounds, in milliseconds. */
  readonly everyMs: number;
}

/**
 * Temporal that does not answer is asked again soon, so that status tells of it within twenty seconds and a short pause is
 * not taken for an absence; after a few rounds it is away.
 */
const quickMs = 3_000;
const quickRounds = 2;
const slackMs = 2_000;

export interface Reconciler {
  /** Ends the loop, after the round that is under way. */
  stop(): Promise<void>;
}

/**
 * Puts in order what nobody else will: releases whose workflow is gone or cannot go on, guards that nobody watches,
 * evaluations of first revisions that cannot either, schedules of stable watches that are not there, environments that do not follow production yet, ways back that were
 * not tried for a while, audit entries that nobody has chained, data whose time is over. A loop in every worker and API
 * process, one of which does it at a time, and no workflow, so that it does not die with what it watches.
 */
export function startReconciler(parts: ReconcilerParts): Reconciler {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    for (let blindRounds = 0; !stopping.signal.aborted;) {
      let waitMs = parts.everyMs;
      try {
        const { isBlind } = await reconcileOnce(parts);
        blindRounds = isBlind ? blindRounds + 1 : 0;
        if (isBlind && blindRounds <= quickRounds) waitMs = Math.min(waitMs, quickMs);
      } catch (error) {
        parts.log.warn({ err: error }, 'the reconciler could not do its round and will try again');
      }
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
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
 * others from being done. `isBlind`: Temporal did not answer. Throws `unreachable` where the database is away.
 */
export async function reconcileOnce(parts: ReconcilerParts): Promise<{ readonly isBlind: boolean }> {
  let isBlind = false;
  await withAdvisoryLock(parts.db, 'sluice-reconciler', async () => {
    for (const [duty, fulfil] of Object.entries(duties)) {
      try {
        await fulfil(parts);
      } catch (error) {
        if (isUnreachable(error)) isBlind = true;
        parts.log.warn(
          { duty, err: error },
          'the reconciler could not do one of its duties and will try again',
        );
      }
    }
  });
  return { isBlind };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof SluiceError && error.code === 'unreachable';
}

const duties: Readonly<Record<string, (parts: ReconcilerParts) => Promise<void>>> = {
  'watch releases': watchReleases,
  'watch guards': watchGuards,
  'watch first evaluations': watchEvaluations,
  'keep schedules of stable watches': keepSchedules,
  async 'follow production'({ db }) {
    for (const app of await listBehind(db)) await followAfterCommit(db, { app, actor: 'system:reconciler' });
  },
  'rehearse ways back': ({ db }) => rehearseWaysBack(db),
  async 'chain the audit'({ db, log }) {
    const chained = await sequenceAudit(db);
    if (chained > 0) log.debug({ chained }, 'audit entries were chained that their writers had left');
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
  const queues = await temporal.queues(taskQueue).catch(async (error: unknown) => {
    for (const { id } of releases) await noteUnreachable(parts, id);
    throw error;
  });
  for (const release of releases) {
    try {
      await watchRelease(parts, release, queues);
    } catch (error) {
      // One release that cannot be judged must not hide the others.
      log.warn({ release: release.id, err: error }, 'could not find out how a release is');
    }
  }
}

/** Who can see it comes by once a round: a little later than that, nobody can. */
function noteUnreachable({ db, everyMs }: ReconcilerParts, releaseId: string): Promise<void> {
  return noteWatch(db, { releaseId, workflow: 'unreachable', unseenMs: everyMs + slackMs });
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
