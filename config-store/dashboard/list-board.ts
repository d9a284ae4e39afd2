import { query, queryOne, type Db } from '../postgres/db.ts';
import { boardColumns, type BoardRow } from './board-row.ts';

/** Which releases: all of these hold. */
export interface BoardFilter {
  readonly app?: string | undefined;
  /** Of these apps only. */
  readonly apps?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  /** One of these. */
  readonly states?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
}

const conditions = `($1::text is null or r.app = $1) and ($2::text[] is null or r.app = any ($2))
  and ($3::text is null or r.environment = $3) and ($4::text[] is null or r.state = any ($4))
  and ($5::text[] is null or r.id = any ($5))`;

const valuesOf = ({ app, apps, environment, states, ids }: BoardFilter): unknown[] => [
  ...[app, apps, environment, states, ids],
];

/** Open releases, the newest first. There is one an app and environment at the most. */
export function listOpenBoard(db: Db, filter: BoardFilter): Promise<BoardRow[]> {
  return query<BoardRow>(
    db,
    `select ${boardColumns} from release r
     where r.closed_at is null and ${conditions}
     order by r.created_at desc, r.id desc`,
    valuesOf(filter),
  );
}

/** Closed releases, the newest first, and how many there are. */
export async function listClosedBoard(
  db: Db,
  { offset, limit, ...filter }: BoardFilter & { readonly offset: number; readonly limit: number },
): Promise<{ readonly items: BoardRow[]; readonly total: number }> {
  const values = valuesOf(filter);
  const where = `r.closed_at is not null and ${conditions}`;
  const { total } = await queryOne<{ readonly total: number }>(
    db,
    `select count(*)::int as total from release r where ${where}`,
    values,
  );
  if (limit === 0 || offset >= total) return { items: [], total };
  const items = await query<BoardRow>(
    db,
    `select ${boardColumns} from release r where ${where}
     order by r.created_at desc, r.id desc offset $6 limit $7`,
    [...values, offset, limit],
  );
  return { items, total };
}
