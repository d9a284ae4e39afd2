import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { closeQueued, listDue } from '../../config-store/queue/queued-releases.ts';
import type { QueuedRow } from '../../config-store/queue/queued-row.ts';
import { takenBack } from '../../config-store/queue/taken-back.ts';
import { whileUndecided } from '../../config-store/queue/while-undecided.ts';
import { withAdvisoryLock } from '../../config-store/postgres/with-advisory-lock.ts';
import { describeError, SluiceError, type ErrorCode } from '../../domain/errors.ts';
import { startReleaseSchema } from '../schemas/releases.ts';
import { startRelease, type StartReleaseParts } from '../releases/start-release.ts';

export interface QueueKeeperParts extends StartReleaseParts {
  readonly log: Logger;
  /** Between two rounds, in milliseconds. */
  readonly everyMs: number;
}

export interface QueueKeeper {
  /** Ends the loop, after the round that is under way. */
  stop(): Promise<void>;
}

/** Another attempt may mend these: it waits on at its place. */
const passing: ReadonlySet<ErrorCode> = new Set(['busy', 'unreachable', 'rate_limited', 'internal']);

/** Starts what waits as soon as its app is free: a loop in every API process, one of which does it at a time. */
export function startQueueKeeper(parts: QueueKeeperParts): QueueKeeper {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await startDue(parts).catch((error: unknown) => {
        parts.log.warn({ err: error }, 'queued releases could not be looked after; it is tried again');
      });
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

/** One round, unless another process is in the middle of one. */
export async function startDue(parts: Omit<QueueKeeperParts, 'everyMs'>): Promise<void> {
  if ((await listDue(parts.db)).length === 0) return;
  await withAdvisoryLock(parts.db, 'sluice-queue', async () => {
    for (const queued of await listDue(parts.db)) {
      await whileUndecided(parts.db, queued, () => startQueued(parts, queued));
    }
  });
}

/** Whoever may not ask any more has not asked: what a token has left behind goes with it. Throws `forbidden`. */
async function requireStanding(db: QueueKeeperParts['db'], queued: QueuedRow): Promise<void> {
  const why = await takenBack(db, queued);
  if (why === undefined) return;
  throw new SluiceError('forbidden', why, { remedy: 'Ask for it again, with a token that is valid.' });
}

/** Held to what is in force now. Its own id is the key: a start whose answer was lost is not made twice. */
async function startQueued(parts: Omit<QueueKeeperParts, 'everyMs'>, queued: QueuedRow): Promise<void> {
  const { id, actor, author, role, request } = queued;
  const { db, log } = parts;
  try {
    await requireStanding(db, queued);
    const asked = startReleaseSchema.parse({ ...request, ifBusy: 'fail' });
    const releaseId = await startRelease(parts, { ...asked, actor, author, role, idempotencyKey: id });
    await closeQueued(db, { id, outcome: 'started', releaseId, actor: 'system:api' });
    log.info({ queued: id, release: releaseId, app: queued.app }, 'a queued release was started');
  } catch (error) {
    if (error instanceof SluiceError && passing.has(error.code)) return;
    await closeQueued(db, { id, outcome: 'refused', reason: describeError(error), actor: 'system:api' });
    log.warn({ queued: id, app: queued.app, err: error }, 'a queued release could not be started');
  }
}
