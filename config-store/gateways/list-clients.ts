import type { AckingGateway } from '../../domain/split/acks-of.ts';
import { query, type Db } from '../postgres/db.ts';

/**
 * The applications that decide by the app's split themselves and live, in the form of gateways: whoever waits for the one
 * waits for the other. They are called `client <name>`.
 */
export async function listClients(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<AckingGateway[]> {
  const rows = await query<{ readonly name: string; readonly version: number }>(
    db,
    `select name, version from split_client
     where environment = $1 and app = $2 and ended_at is null
       and heartbeat_at > clock_timestamp() - interval '5 seconds'
     order by name, boot_id`,
    [environment, app],
  );
  return rows.map(({ name, version }) => ({
    ...{ gatewayId: `client ${name}`, live: true },
    ...{ acks: { [app]: version }, refusals: {} },
  }));
}
