import type { Request, Response } from 'express';
import type { Pool } from 'pg';
import { listenForRelease } from '../../config-store/release-events.ts';
import { messageOf } from '../../domain/errors.ts';
import { isOpen } from '../../domain/release.ts';
import { presentRelease } from './releases.ts';

export type StreamReleaseEvents = (id: string, request: Request, response: Response) => Promise<void>;

const keepAliveMs = 15_000;

/**
 * A release's events as server-sent events: its whole state at once and after every change, then `end` when it
 * is closed. Each event is complete in itself, so a client that reconnects has missed nothing.
 */
export function createReleaseEventStream(parts: { db: Pool; databaseUrl: string }): StreamReleaseEvents {
  return async (id, request, response) => {
    let release = await presentRelease(parts.db, id);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    let sent = '';
    const send = () => {
      const data = JSON.stringify(release);
      if (data === sent) return;
      sent = data;
      response.write(`event: ${isOpen(release.state) ? 'release' : 'end'}\ndata: ${data}\n\n`);
      if (!isOpen(release.state)) response.end();
    };
    send();
    if (response.writableEnded) return;
    const refresh = () => {
      presentRelease(parts.db, id).then(
        (newest) => {
          release = newest;
          if (!response.writableEnded) send();
        },
        // A database that is away for a moment does not end the stream; the next change or beat tries again.
        (error: unknown) => response.write(`: ${messageOf(error).replaceAll(/\s+/g, ' ')}\n\n`),
      );
    };
    const listener = await listenForRelease(parts.databaseUrl, id, refresh);
    const beat = setInterval(() => {
      response.write(': still here\n\n');
      refresh();
    }, keepAliveMs);
    const stop = () => {
      clearInterval(beat);
      void listener.close();
    };
    response.on('close', stop);
    request.on('close', stop);
    refresh();
  };
}
