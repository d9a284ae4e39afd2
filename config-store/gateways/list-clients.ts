import type { AckingGateway } from '../../domain/split/acks-of.ts';
import { query, type Db } from '../postgres/db.ts';

export interface LiveClient extends AckingGateway {
  readonly heartbeatAgeMs: number;
}

/**
 * The applications that decide by the app's split themselves and live, in the form of gateways: whoever waits for the one
 * waits for the other. They are called `client <name>`.
 */
export async function listClients(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<LiveClient[]> {
  const rows = await query<{ readonly name: string; readonly version: number; readonly ageMs: number }>(
    db,
    `select name, version,
       (extract(epoch from clock_timestamp() - heartbeat_at) * 1000)::bigint as "ageMs"
     from split_client
     where environment = $1 and app = $2 and ended_at is null
       and heartbeat_at > clock_timestamp() - interval '5 seconds'
     order by name, boot_id`,
    [environment, app],
  );
  return rows.map(({ name, version, ageMs }) => ({
    ...{ gatewayId: `client ${name}`, live: true },
    ...{ acks: { [app]: version }, refusals: {}, heartbeatAgeMs: ageMs },
  }));
}
