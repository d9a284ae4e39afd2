import type { Response } from 'express';
import type { Pool } from 'pg';
import { messageOf } from '../../../domain/errors.ts';
import { isOpen } from '../../../domain/release/release.ts';
import type { ReleaseFeed } from '../../releases/release-feed.ts';
import type { EventRoute } from '../../http/route.ts';
import { releaseDetailSchema, type ReleaseDetail } from '../../schemas/releases.ts';
import { presentRelease } from './present-release.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';

/** Writes a release as events, each whole in itself, so that a client that comes back has missed nothing. */
function createEventWriter(response: Response) {
  let sent = '';
  let newest: ReleaseDetail | undefined;
  const write = () => {
    if (newest === undefined || response.writableEnded) return;
    // A client that reads slowly is not sent what is out of date by then: 'drain' comes back for the newest.
    if (response.writableNeedDrain) return;
    const data = JSON.stringify(newest);
    const ended = !isOpen(newest.state);
    if (data === sent) response.write(': still so\n\n');
    else response.write(`event: ${ended ? 'end' : 'release'}\ndata: ${data}\n\n`);
    sent = data;
    newest = undefined;
    if (ended) response.end();
  };
  response.on('drain', write);
  return {
    onRelease(release: ReleaseDetail) {
      newest = release;
      write();
    },
    onTrouble(error: unknown) {
      if (!response.writableEnded) response.write(`: ${messageOf(error).replaceAll(/\s+/g, ' ')}\n\n`);
    },
    onEnd() {
      response.end();
    },
  };
}

/** A release's events: its whole state at once and after every change, and a last one when it is closed. */
export function releaseEventsRoute({
  db,
  feed,
}: {
  readonly db: Pool;
  readonly feed: ReleaseFeed;
}): EventRoute {
  return {
    path: '/v1/releases/{id}/events',
    operationId: 'watchRelease',
    summary: 'Follow a release by server-sent events',
    description:
      'An event `release` has the whole release, at once and after every change; `end` has it when it is closed, and ends the stream. Come back after a lost connection: nothing is missed.',
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    params: releaseParamsSchema,
    event: releaseDetailSchema,
    async open({ params }, response) {
      const { id } = releaseParamsSchema.parse(params);
      const release = await presentRelease(db, id);
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        connection: 'keep-alive',
      });
      const writer = createEventWriter(response);
      writer.onRelease(release);
      if (response.writableEnded) return;
      const unwatch = feed.watch(id, writer);
      response.on('close', unwatch);
      // The client may have gone while the release was read.
      if (response.destroyed) unwatch();
    },
  };
}
