import { query, type Db } from '../postgres/db.ts';

export interface CountingGateway {
  id: string;
  bootId: string;
  /** Heartbeat under 5 s old and not ended. */
  live: boolean;
  heartbeatAgeMs: number;
  /** The split version of the app that it serves. */
  ack?: number;
  endedCleanly: boolean;
  /** It fell silent without a last flush: what it had counted and not sent is unknown, not zero. */
  gap: boolean;
}

/**
 * The gateway processes that can have admitted requests under some versions of a split: those that live, and those whose
 * life overlaps with a version's or that have counted under it. A version lives until the next one; a gateway
 * that died may have served for up to a second after its last heartbeat.
 */
export function readCountingGateways(
  db: Db,
  { app, environment, splitVersions }: { app: string; environment: string; splitVersions: readonly number[] },
): Promise<CountingGateway[]> {
  return query<CountingGateway>(
    db,
    `with life as (
       select version, at as from_at, coalesce((
         select min(next.at) from split_history next
         where next.app = $1 and next.environment = $2 and next.version > this.version), 'infinity') as to_at
       from split_history this
       where app = $1 and environment = $2 and version = any ($3::bigint[])),
     gateway as (
       select g.*, ended_at is null and heartbeat_at > clock_timestamp() - interval '5 seconds' as live,
         exists (select from life where g.heartbeat_at + interval '1 second' >= from_at and g.started_at <= to_at)
           or exists (select from arm_counter c where c.gateway_id = g.id and c.boot_id = g.boot_id
             and c.app = $1 and c.environment = $2 and c.split_version = any ($3::bigint[])) as counting
       from gateway_instance g where environment = $2)
     select id, boot_id as "bootId", live,
       (extract(epoch from clock_timestamp() - heartbeat_at) * 1000)::bigint as "heartbeatAgeMs",
       (acks->>$1)::bigint as ack, ended_at is not null as "endedCleanly",
       counting and not live and ended_at is null as gap
     from gateway where live or counting
     order by started_at, id, boot_id`,
    [app, environment, [...splitVersions]],
  );
}
