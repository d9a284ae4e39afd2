import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { query, queryOne, type Db } from '../postgres/db.ts';
import { inTransaction } from '../postgres/transaction.ts';

/** How often the way back of every app is tried. */
const everyMinutes = 10;
/** A revision that a person names is asked about, unless that was done within this time. */
const freshMs = 60_000;
const pollMs = 50;
/** How long a question waits for somebody who holds it. */
const lockMs = 200;

/** Where one press would go now; `target` is a digest, absent where there is none. */
export interface WayBack {
  readonly target?: string;
  /** Of the newest rehearsal within half an hour; absent where there was none. */
  readonly outcome?: 'ready' | 'dead' | 'unknown';
  readonly reason?: string;
  /** Age of that rehearsal. */
  readonly ageMs?: number;
  /** Former stable revisions that it passes over; digests. The target too, where only what was found dead is left. */
  readonly skipped: { readonly revision: string; readonly reason: string }[];
}

/** Undefined before the app's first stable revision. */
export async function readWayBack(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<WayBack | undefined> {
  const { way } = await queryOne<{ readonly way?: WayBack }>(db, 'select way_back_now($1, $2) as way', [
    app,
    environment,
  ]);
  return way;
}

/** Asks gateways about the revisions that a press of this app may go back to, once for a release that begins. */
export async function rehearseWayBack(
  db: Db,
  {
    app,
    environment,
    createdAt,
  }: { readonly app: string; readonly environment: string; readonly createdAt: string },
): Promise<void> {
  await query(db, 'select ask_way_back($1, $2, $3)', [app, environment, createdAt]);
}

/** The same for every app, where it was not done for 10 minutes. */
export async function rehearseWaysBack(db: Db): Promise<void> {
  const splits = await query<{ readonly app: string; readonly environment: string }>(
    db,
    'select app, environment from split',
  );
  // One by one: a statement over all of them would hold every row that a press may ask about.
  for (const { app, environment } of splits) {
    await query(db, `select ask_way_back($1, $2, clock_timestamp() - $3 * interval '1 minute')`, [
      app,
      environment,
      everyMinutes,
    ]);
  }
}

/**
 * Asks whether a revision can be served, and waits until a gateway says so, or each live one has said that it cannot;
 * no longer than `withinMs`, for a gateway may be of an older version, or frozen. Whatever goes wrong with it, a lock
 * included, is nothing to the rollback that asks: never throws, and never takes longer.
 */
export async function rehearseNow(db: Pool, asked: Rehearsal): Promise<void> {
  // Keeps no program alive that has its answer.
  const late = delay(asked.withinMs, undefined, { ref: false });
  await Promise.race([askAndWait(db, asked).catch(() => undefined), late]);
}

interface Rehearsal {
  readonly app: string;
  readonly environment: string;
  /** A digest. */
  readonly revision: string;
  readonly withinMs: number;
}

async function askAndWait(db: Pool, { app, environment, revision, withinMs }: Rehearsal): Promise<void> {
  const of = [app, environment, revision];
  const deadline = performance.now() + withinMs;
  await inTransaction(db, async (client) => {
    await query(
      client,
      `select set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)`,
      [`${lockMs}ms`, `${withinMs}ms`],
    );
    const since = `clock_timestamp() - $4 * interval '1 millisecond'`;
    await query(client, `select ask_rehearsal($1, $2, $3, ${since})`, [...of, freshMs]);
  });
  while (performance.now() < deadline) {
    const { settled } = await queryOne<{ readonly settled: boolean }>(
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
