import type { Pool } from 'pg';

/** What is older than this is not shown as good: what the pages promise. */
const staleAfterMs = 45_000;
/** Until a page has drawn what its clock says, and this machine has come to ask it. */
const graceMs = 4_000;

/** Of a release that has traffic, by the database: how old the newest is that anybody can know of it. */
interface KnownAge {
  readonly id: string;
  readonly ageMs: number;
}

export interface Truth {
  /** Open releases of which nothing has been known for too long, now. */
  readonly stale: () => Promise<readonly string[]>;
  /** There is a release that has traffic, and was looked at. */
  readonly isLookedAt: () => Promise<boolean>;
  /** Which one is open. */
  readonly open: () => Promise<string | undefined>;
}

/** How old data is, by the database itself, whatever is between it and who looks. */
export function truthOf(db: Pool): Truth {
  const ages = async (): Promise<KnownAge[]> => {
    const { rows } = await db.query<KnownAge>(
      `select r.id, least(extract(epoch from clock_timestamp() - r.updated_at),
         extract(epoch from clock_timestamp() - max(e.measured_at)))::float * 1000 as "ageMs"
       from release r join evidence e on e.release_id = r.id
         join split s on s.app = r.app and s.environment = r.environment and s.release_id = r.id and s.weight > 0
       where r.closed_at is null group by r.id, r.updated_at`,
    );
    return rows;
  };
  return {
    stale: async () =>
      (await ages()).filter(({ ageMs }) => ageMs > staleAfterMs + graceMs).map(({ id }) => id),
    open: async () => {
      const { rows } = await db.query<{ id: string }>(
        'select id from release where closed_at is null limit 1',
      );
      return rows[0]?.id;
    },
    isLookedAt: async () => (await ages()).length > 0,
  };
}

/** When a byte of the API last came to somebody by a way; what is older than that is all that they can know. */
export function isSilent(lastHeardMs: number): boolean {
  return Date.now() - lastHeardMs > staleAfterMs + graceMs;
}
