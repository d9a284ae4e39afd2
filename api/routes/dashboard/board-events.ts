import type { Response } from 'express';
import type { ApiCaller } from '../../auth/authenticate.ts';
import { heartbeatMs } from '../../dashboard/compose-feed.ts';
import type { BoardChange, BoardStart, KnownFacts } from '../../dashboard/board-log.ts';
import type { BoardFeed } from '../../dashboard/feed.ts';
import { rowOf } from '../../dashboard/row-of.ts';
import type { EventRoute } from '../../http/route.ts';
import { dashboardEventSchema, type DashboardEvent } from '../../schemas/dashboard/stream.ts';
import type { ReleaseLine } from '../../schemas/dashboard/releases.ts';

/** What is older is not shown as good. */
const staleAfterMs = 45_000;

/** A row as it is now: what was read a while ago is older by that. */
function shownRow(known: KnownFacts, caller: ApiCaller): ReleaseLine {
  const row = rowOf(known, caller);
  const sinceMs = Math.max(0, Math.round(performance.now() - known.readAtMs));
  return row.liveAgeMs === undefined ? row : { ...row, liveAgeMs: row.liveAgeMs + sinceMs };
}

function concerns({ apps }: ApiCaller, app: string): boolean {
  return apps?.includes(app) !== false;
}

function createWriter(response: Response, feed: BoardFeed, caller: ApiCaller) {
  let behind = false;
  const at = () => new Date().toISOString();
  const write = (event: DashboardEvent, withId: boolean): void => {
    if (response.writableEnded) return;
    const id = withId ? `id: ${feed.epoch}-${event.sequence}\n` : '';
    response.write(`${id}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const writeStart = (start: BoardStart): void => {
    if (start.kind === 'missed') {
      start.changes.forEach(writeChange);
      return;
    }
    const releases = start.open
      .filter(({ row }) => concerns(caller, row.app))
      .map((known) => shownRow(known, caller));
    write(
      { kind: 'snapshot', sequence: start.sequence, at: at(), staleAfterMs, heartbeatMs, releases },
      true,
    );
  };
  const writeChange = (change: BoardChange): void => {
    const { sequence } = change;
    const app = change.kind === 'app' ? change.app : change.known.row.app;
    // Of an app that is not the caller's: that there was a change is all that is told, so that nothing seems to be missed.
    if (!concerns(caller, app)) write({ kind: 'heartbeat', sequence, at: at(), dataAgeMs: 0 }, true);
    else if (change.kind === 'app')
      write({ kind: 'app', sequence, at: at(), app, environment: change.environment }, true);
    else write({ kind: 'release', sequence, at: at(), release: shownRow(change.known, caller) }, true);
  };
  response.on('drain', () => {
    if (!behind) return;
    behind = false;
    writeStart(feed.snapshot());
  });
  return {
    writeStart,
    onChange(change: BoardChange) {
      // Who reads slowly is not sent what is out of date by then, but all of it anew.
      if (response.writableNeedDrain) behind = true;
      else writeChange(change);
    },
    onHeartbeat() {
      if (response.writableNeedDrain) return;
      const dataAgeMs = Math.round(feed.dataAgeMs());
      write({ kind: 'heartbeat', sequence: feed.sequence(), at: at(), dataAgeMs }, false);
    },
    onEnd() {
      response.end();
    },
  };
}

/** `<epoch>-<sequence>` of this process; of another's nothing can be gone on from. */
function sequenceIn(lastEventId: string | undefined, epoch: string): number | undefined {
  const [of, text = ''] = lastEventId?.split('-') ?? [];
  return of === epoch && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** One stream for everything that a page shows live. */
export function boardEventsRoute({ board }: { readonly board: BoardFeed }): EventRoute {
  return {
    path: '/v1/events',
    operationId: 'followBoard',
    summary: 'Follow all releases by server-sent events: all that are open first, then each change',
    description:
      'Each event is called by its `kind`. `Last-Event-ID` goes on from there where the same process answers and few changes were missed; otherwise a `snapshot` comes first. A heartbeat comes every 15 s.',
    role: 'viewer',
    action: 'read',
    concerns: 'listed',
    event: dashboardEventSchema,
    async open({ caller, lastEventId }, response) {
      await board.ready();
      // The client may have gone while the releases were read.
      if (response.destroyed) return;
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        connection: 'keep-alive',
      });
      const writer = createWriter(response, board, caller);
      const { start, leave } = board.watch(writer, sequenceIn(lastEventId, board.epoch));
      response.on('close', leave);
      writer.writeStart(start);
    },
  };
}
