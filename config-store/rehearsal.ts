import { setTimeout as delay } from 'node:timers/promises';
import { query, queryOne, type Db } from './db.ts';

/** How often the way back of every app is tried. */
const everyMinutes = 10;
/** A revision that a person names is asked about, unless that was done within this time. */
const freshMs = 60_000;
const pollMs = 50;

/** Where one press would go now; `target` is a digest, absent where there is none. */
export interface WayBack {
  target?: string;
  /** Of the newest rehearsal within half an hour; absent where there was none. */
  outcome?: 'ready' | 'dead' | 'unknown';
  reason?: string;
  /** Age of that rehearsal. */
  ageMs?: number;
  /** Former stable revisions that it passes over; digests. */
  skipped: { revision: string; reason: string }[];
}

/** Undefined before the app's first stable revision. */
export async function readWayBack(
  db: Db,
  { app, environment }: { app: string; environment: string },
): Promise<WayBack | undefined> {
  const { way } = await queryOne<{ way?: WayBack }>(db, 'select way_back_now($1, $2) as way', [
    app,
    environment,
  ]);
  return way;
}

/** Asks gateways about the revisions that a press of this app may go back to, once for a release that begins. */
export async function rehearseWayBack(
  db: Db,
  { app, environment, createdAt }: { app: string; environment: string; createdAt: string },
): Promise<void> {
  await query(db, 'select ask_way_back($1, $2, $3)', [app, environment, createdAt]);
}

/** The same for every app, where it was not done for 10 minutes. */
export async function rehearseWaysBack(db: Db): Promise<void> {
  await query(
    db,
    `select ask_way_back(app, environment, clock_timestamp() - $1 * interval '1 minute') from split`,
    [everyMinutes],
  );
}

/**
 * Asks whether a revision can be served, and waits until a gateway says so, or each live one has said that it cannot;
 * no longer than `withinMs`, for a gateway may be of an older version, or frozen.
 */
export async function rehearseNow(
  db: Db,
  { withinMs, ...revision }: { app: string; environment: string; revision: string; withinMs: number },
): Promise<void> {
  const of = [revision.app, revision.environment, revision.revision];
  const deadline = performance.now() + withinMs;
  await query(db, `select ask_rehearsal($1, $2, $3, clock_timestamp() - $4 * interval '1 millisecond')`, [
    ...of,
    freshMs,
  ]);
  while (performance.now() < deadline) {
    const { settled } = await queryOne<{ settled: boolean }>(
      db,
      `select coalesce(bool_or(answered_at >= asked_at), false)
         or not exists (select from servability($1, $2, $3) where reason is null) as settled
       from rehearsal where app = $1 and environment = $2 and revision = $3`,
      of,
    );
    if (settled) return;
    await delay(pollMs);
  }
}
