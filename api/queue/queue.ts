import type { Pool } from 'pg';
import { enqueueRelease, listQueued, readQueued } from '../../config-store/queue/queued-releases.ts';
import type { QueuedRow } from '../../config-store/queue/queued-row.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { newId } from '../../config-store/postgres/ids.ts';
import { idOfKey } from '../http/id-of-key.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { queuedSchema, type Queued } from '../schemas/queue.ts';
import { releaseIdOf, type StartReleaseRequest } from '../releases/releasable.ts';
import { checkRelease, startRelease, type StartReleaseParts } from '../releases/start-release.ts';

/** Started now, or waiting for its turn. */
export type StartedOrQueued =
  | { readonly kind: 'started'; readonly releaseId: string }
  | { readonly kind: 'queued'; readonly queued: Queued };

/**
 * Starts a release, or has it wait where another one is open, or waits already: what may not be released is refused now.
 * It begins by the token that has asked, unless that is revoked by then. The same key again gives what the first one gave. Throws as `startRelease` does, but for `busy`, and `conflict` where the
 * key was another request's.
 */
export async function startOrQueue(
  parts: StartReleaseParts,
  request: StartReleaseRequest,
  tokenId: string,
): Promise<StartedOrQueued> {
  const { db } = parts;
  const id = idOfKey('que', request) ?? newId('que');
  const queued = await readQueued(db, { app: request.app, id });
  if (queued !== undefined) {
    requireSame(queued, request);
    if (queued.releaseId !== undefined) return { kind: 'started', releaseId: queued.releaseId };
    return { kind: 'queued', queued: shownQueued(queued) };
  }
  if ((await hasBegun(db, request)) || (await listQueued(db, request.app)).length === 0) {
    try {
      return { kind: 'started', releaseId: await startRelease(parts, { ...request, ifBusy: 'fail' }) };
    } catch (error) {
      if (!(error instanceof SluiceError && error.code === 'busy')) throw error;
    }
  }
  return { kind: 'queued', queued: await enqueue(db, { id, tokenId }, request) };
}

/** Was it started at once, when this key came first? Whoever waits now has come later. */
async function hasBegun(db: Pool, request: StartReleaseRequest): Promise<boolean> {
  const id = releaseIdOf(request);
  return id !== undefined && (await readRelease(db, id)) !== undefined;
}

function requireSame({ id, request: stored }: QueuedRow, request: StartReleaseRequest): void {
  if (digestOf(stored) === digestOf(asked(request))) return;
  throw new SluiceError(
    'conflict',
    `This Idempotency-Key was used for another release, which waited as ${id}.`,
    {
      remedy: 'Use a new key for a new release.',
      details: { queued: id },
    },
  );
}

/** What is asked, whoever asks. Through JSON: what is absent is left out. */
function asked({
  actor: _actor,
  author: _author,
  role: _role,
  idempotencyKey: _key,
  ...request
}: StartReleaseRequest): JsonObject {
  return JSON.parse(JSON.stringify(request)) as JsonObject;
}

async function enqueue(
  db: Pool,
  { id, tokenId }: { readonly id: string; readonly tokenId: string },
  request: StartReleaseRequest,
): Promise<Queued> {
  const { label } = await checkRelease(db, request);
  const { app, actor, author, role } = request;
  await enqueueRelease(db, { id, app, label, request: asked(request), actor, author, role, tokenId });
  const row = await readQueued(db, { app, id });
  if (row === undefined) throw new Error(`What was queued as ${id} is not there.`);
  return shownQueued(row);
}

/** One for people: what was asked is left out. */
export function shownQueued(row: QueuedRow): Queued {
  return queuedSchema.parse({ ...row, state: row.outcome ?? 'waiting' });
}
