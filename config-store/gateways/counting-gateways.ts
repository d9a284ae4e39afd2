/** A gateway process that can have admitted requests under some versions of a split. */
export interface CountingGateway {
  readonly id: string;
  readonly bootId: string;
  /** Heartbeat under 5 s old and not ended. */
  readonly live: boolean;
  readonly heartbeatAgeMs: number;
  /** The split version of the app that it serves. */
  readonly ack: number | null;
  readonly endedCleanly: boolean;
  /** It fell silent without a last flush: what it had counted and not sent is unknown, not zero. */
  readonly gap: boolean;
}

/**
 * The table `counting` for a statement whose parameters are so named: the gateway processes that live, and those whose
 * life overlaps with one of the versions or that have counted under it. A version lives until the next one; a gateway
 * that died may have served for up to a second after its last heartbeat.
 */
export function countingGateways({
  app,
  environment,
  versions,
}: {
  readonly app: string;
  readonly environment: string;
  readonly versions: string;
}): string {
  return `life as (
       select version, at as from_at, coalesce((
         select min(next.at) from split_history next
         where next.app = ${app} and next.environment = ${environment} and next.version > this.version), 'infinity') as to_at
       from split_history this
       where app = ${app} and environment = ${environment} and version = any (${versions}::bigint[])),
     gateway as (
       select g.*, ended_at is null and heartbeat_at > clock_timestamp() - interval '5 seconds' as live,
         exists (select from life where g.heartbeat_at + interval '1 second' >= from_at and g.started_at <= to_at)
           or exists (select from arm_counter c where c.gateway_id = g.id and c.boot_id = g.boot_id
             and c.app = ${app} and c.environment = ${environment} and c.split_version = any (${versions}::bigint[])) as counting
       from gateway_instance g where environment = ${environment}),
     counting as (
       select id, boot_id as "bootId", live,
         (extract(epoch from clock_timestamp() - heartbeat_at) * 1000)::bigint as "heartbeatAgeMs",
         (acks->>${app})::bigint as ack, ended_at is not null as "endedCleanly",
         counting and not live and ended_at is null as gap
       from gateway where live or counting
       order by started_at, id, boot_id)`;
}
