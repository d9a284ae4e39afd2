import { query, type Db } from '../postgres/db.ts';
import type { GatewayRow } from './gateway-row.ts';

/** The gateway processes of an environment that were heard of in the last hour, the newest heartbeat first. */
export function listGateways(
  db: Db,
  { environment }: { readonly environment: string },
): Promise<GatewayRow[]> {
  return query<GatewayRow>(
    db,
    `select id as "gatewayId", boot_id as "bootId", environment, acks, refusals, ahead, fingerprint,
       started_at as "startedAt",
       (extract(epoch from clock_timestamp() - heartbeat_at) * 1000)::bigint as "heartbeatAgeMs",
       ended_at is null and heartbeat_at > clock_timestamp() - interval '5 seconds' as live,
       ended_at is not null as "endedCleanly"
     from gateway_instance
     where environment = $1 and heartbeat_at > now() - interval '1 hour'
     order by heartbeat_at desc, id, boot_id`,
    [environment],
  );
}
