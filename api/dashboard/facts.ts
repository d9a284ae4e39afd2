import type { Pool } from 'pg';
import type { BoardRow } from '../../config-store/dashboard/board-row.ts';
import { listClosedBoard, listOpenBoard, type BoardFilter } from '../../config-store/dashboard/list-board.ts';
import { readHealth, type OpenReleaseHealth } from '../../config-store/releases/read-health.ts';
import { unknownRelease } from '../../domain/refusals.ts';

/** What is known of a release, whoever asks. */
export interface ReleaseFacts {
  readonly row: BoardRow;
  /** Of an open one; absent where it has just been closed. */
  readonly health?: OpenReleaseHealth | undefined;
}

/** Open releases as they are now, the newest first. */
export async function openFacts(db: Pool, filter: BoardFilter): Promise<ReleaseFacts[]> {
  const rows = await listOpenBoard(db, filter);
  if (rows.length === 0) return [];
  return together(
    rows,
    await readHealth(
      db,
      rows.map(({ id }) => id),
    ),
  );
}

function together(rows: readonly BoardRow[], health: readonly OpenReleaseHealth[]): ReleaseFacts[] {
  const known = new Map(health.map((each) => [each.releaseId, each]));
  return rows.map((row) => ({ row, health: known.get(row.id) }));
}

/** Releases as they are now, open or closed. */
export async function factsOf(db: Pool, ids: readonly string[]): Promise<ReleaseFacts[]> {
  // Both at once: these are read with each change, and somebody waits for it.
  const open = together(...(await Promise.all([listOpenBoard(db, { ids }), readHealth(db, ids)])));
  const known = open.map(({ row }) => row.id);
  const others = ids.filter((id) => !known.includes(id));
  if (others.length === 0) return open;
  const { items } = await listClosedBoard(db, { ids: others, offset: 0, limit: others.length });
  return [...open, ...items.map((row) => ({ row }))];
}

/** One of them. Throws `not_found`. */
export async function requireFacts(db: Pool, id: string): Promise<ReleaseFacts> {
  const [facts] = await factsOf(db, [id]);
  if (facts === undefined) throw unknownRelease(id);
  return facts;
}
