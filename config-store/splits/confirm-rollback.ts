import { query, queryOne, type Db } from '../postgres/db.ts';
import { readStandby, type Standby } from '../postgres/read-standby.ts';

export interface Confirmation {
  readonly confirmed: boolean;
  /** Live gateways, and applications that decide themselves (`client <name>`), that still serve an older version. */
  readonly waitingFor: string[];
  /**
   * Gateways that ended without saying so, or are cut off, since the write: they may still serve the old split. One
   * that serves a candidate stops with its lease; one that serves a stable revision does so until it hears again. A silent
   * boot that another one of the same gateway has replaced serves nobody, and is not among them.
   */
  readonly silent: string[];
  /** Whether the write would survive the loss of the database server. */
  readonly standby: Standby;
}

/** A gateway that was silent for longer than this is not waited for or named. */
const forgottenAfter = `interval '10 minutes'`;

/**
 * Has a rollback reached everybody? Yes when every live gateway serves that version or a later one and none is
 * silent with the candidate's lease still running; or when that lease has run out.
 */
export async function confirmRollback(
  db: Db,
  {
    app,
    environment,
    version,
  }: { readonly app: string; readonly environment: string; readonly version: number },
): Promise<Confirmation> {
  const [{ leased, expired }, standby] = await Promise.all([
    readLeaseEnd(db, app, environment, version),
    readStandby(db),
  ]);
  const behind = await query<{ readonly id: string; readonly live: boolean }>(
    db,
    `with told as (
       select id, environment, boot_id, started_at, heartbeat_at, ended_at, coalesce((acks->>$1)::bigint, 0) as version
       from gateway_instance
       union all
       select 'client ' || name, environment, boot_id, started_at, heartbeat_at, ended_at, version
       from split_client where app = $1)
     select distinct id, heartbeat_at > now() - interval '5 seconds' as live from told here
     where environment = $2 and ended_at is null and heartbeat_at > now() - ${forgottenAfter}
       and version < $3
       and (heartbeat_at > now() - interval '5 seconds' or not exists (
         select from told newer where newer.id = here.id and newer.environment = here.environment
           and newer.started_at > here.started_at and newer.heartbeat_at > here.heartbeat_at))
     order by id`,
    [app, environment, version],
  );
  const waitingFor = expired ? [] : behind.filter(({ live }) => live).map(({ id }) => id);
  const silent = expired ? [] : behind.filter(({ live }) => !live).map(({ id }) => id);
  return {
    confirmed: waitingFor.length === 0 && !(leased && silent.length > 0),
    waitingFor,
    silent,
    standby,
  };
}

/**
 * A rollback that left stable alone noted when the lease of its candidate runs out: that is the end for everybody. One
 * that changed stable has no such end, but an earlier candidate's lease may still be running.
 */
function readLeaseEnd(db: Db, app: string, environment: string, version: number) {
  return queryOne<{ readonly leased: boolean; readonly expired: boolean }>(
    db,
    `select coalesce(bool_or(lease_until >= now()), false) as leased,
       coalesce(bool_or(lease_until < now()) filter (where version = $3), false) as expired
     from split_history where app = $1 and environment = $2 and version <= $3 and lease_until is not null`,
    [app, environment, version],
  );
}
