import type { Pool } from 'pg';
import { enqueueRelease, listQueued, readQueued } from '../../config-store/queue/queued-releases.ts';
import type { QueuedRow } from '../../config-store/queue/queued-row.ts';
import { newId } from '../../config-store/postgres/ids.ts';
import { idOfKey } from '../http/id-of-key.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { queuedSchema, type Queued } from '../schemas/queue.ts';
import type { StartReleaseRequest } from '../releases/releasable.ts';
import { checkRelease, startRelease, type StartReleaseParts } from '../releases/start-release.ts';

/** Started now, or waiting for its turn. */
export type StartedOrQueued =
  | { readonly kind: 'started'; readonly releaseId: string }
  | { readonly kind: 'queued'; readonly queued: Queued };

/**
 * Starts a release, or has it wait where another one is open, or waits already: what may not be released is refused now.
 * The same key again gives what the first one gave. Throws as `startRelease` does, but for `busy`.
 */
export async function startOrQueue(
  parts: StartReleaseParts,
  request: StartReleaseRequest,
): Promise<StartedOrQueued> {
  const { db } = parts;
  const id = idOfKey('que', request) ?? newId('que');
  const begun = await readQueued(db, { app: request.app, id });
  if (begun?.releaseId !== undefined) return { kind: 'started', releaseId: begun.releaseId };
  if (begun !== undefined) return { kind: 'queued', queued: shownQueued(begun) };
  if ((await listQueued(db, request.app)).length === 0) {
    try {
      return { kind: 'started', releaseId: await startRelease(parts, { ...request, ifBusy: 'fail' }) };
    } catch (error) {
      if (!(error instanceof SluiceError && error.code === 'busy')) throw error;
    }
  }
  return { kind: 'queued', queued: await enqueue(db, id, request) };
}

async function enqueue(db: Pool, id: string, request: StartReleaseRequest): Promise<Queued> {
  const { label } = await checkRelease(db, request);
  const { actor, author, role, idempotencyKey: _, ...asked } = request;
  const { app } = asked;
  // Through JSON: what is absent is left out.
  const stored = JSON.parse(JSON.stringify(asked)) as JsonObject;
  await enqueueRelease(db, { id, app, label, request: stored, actor, author, role });
  const row = await readQueued(db, { app, id });
  if (row === undefined) throw new Error(`What was queued as ${id} is not there.`);
  return shownQueued(row);
}

/** One for people: what was asked is left out. */
export function shownQueued(row: QueuedRow): Queued {
  return queuedSchema.parse({ ...row, state: row.outcome ?? 'waiting' });
}
