import { query, type Db } from '../postgres/db.ts';

/** An application that decides by a split itself. */
export interface ClientRow {
  readonly environment: string;
  readonly app: string;
  readonly name: string;
  /** The split version that it decides by. */
  readonly version: number;
  readonly heartbeatAgeMs: number;
}

/** All that live, of all apps or of some. */
export function listAllClients(
  db: Db,
  { apps }: { readonly apps: readonly string[] | undefined },
): Promise<ClientRow[]> {
  return query<ClientRow>(
    db,
    `select environment, app, name, version::int as version,
       (extract(epoch from clock_timestamp() - heartbeat_at) * 1000)::bigint as "heartbeatAgeMs"
     from split_client
     where ended_at is null and heartbeat_at > clock_timestamp() - interval '5 seconds'
       and ($1::text[] is null or app = any ($1))
     order by environment, app, name, boot_id`,
    [apps],
  );
}
