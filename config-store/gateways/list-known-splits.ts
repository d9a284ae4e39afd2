import { query, type Db } from '../postgres/db.ts';

/** What an app serves in an environment, as far as gateways are held beside it. */
export interface KnownSplit {
  readonly app: string;
  readonly environment: string;
  readonly version: number;
  /** Labels. */
  readonly stable?: string;
  readonly candidate?: string;
  /** The candidate's share in percent. */
  readonly weight: number;
}

/** Splits of all apps, or of some. */
export function listKnownSplits(
  db: Db,
  { apps }: { readonly apps: readonly string[] | undefined },
): Promise<KnownSplit[]> {
  return query<KnownSplit>(
    db,
    `select s.app, s.environment, s.version::int as version, s.weight::float as weight,
       (select label from revision r where r.app = s.app and r.digest = s.stable) as stable,
       (select label from revision r where r.app = s.app and r.digest = s.candidate) as candidate
     from split s where $1::text[] is null or s.app = any ($1) order by s.app`,
    [apps],
  );
}
