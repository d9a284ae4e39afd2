import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { listenForBoard } from '../../config-store/dashboard/listen-for-board.ts';
import { factsOf, openFacts } from './facts.ts';
import { createBoardFeed, type BoardFeed } from './feed.ts';

/** A stream says that it lives so often. */
export const heartbeatMs = 15_000;
/** A gateway takes a change up within half a second; nobody tells of that, and of what a lease does by itself. */
const pollMs = { calm: 5_000, following: 500 };

/** The one reader of this process for all that look at releases live. */
export function boardFeedOf({
  db,
  databaseUrl,
  log,
}: {
  readonly db: Pool;
  readonly databaseUrl: string;
  readonly log: Logger;
}): BoardFeed {
  return createBoardFeed({
    readOpen: () => openFacts(db, {}),
    read: (ids) => factsOf(db, ids),
    listen: (on) =>
      listenForBoard(databaseUrl, {
        ...on,
        onError: (error) => {
          log.warn({ err: error }, 'the connection that listens for changes of releases was lost');
        },
      }),
    onError: (error) => {
      log.warn({ err: error }, 'releases could not be read for those who look at them live');
    },
    ...{ heartbeatMs, pollMs },
  });
}
