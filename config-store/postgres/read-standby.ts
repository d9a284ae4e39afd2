import { queryOne, type Db } from './db.ts';

/**
 * Where a committed write is, beside this server. `synchronous`: on a standby as well, before the commit was answered.
 * `asynchronous`: standbys follow, and one that takes over now may lack it. `none`: this is the only server. `unknown`:
 * this role may not see (it needs `pg_monitor`).
 */
export type Standby = 'synchronous' | 'asynchronous' | 'none' | 'unknown';

/** What a commit of a session with these settings is worth, by the server's own account of its standbys. */
export async function readStandby(db: Db): Promise<Standby> {
  const { standby } = await queryOne<{ readonly standby: Standby }>(
    db,
    `select case
       when count(*) = 0 then 'none'
       when count(*) filter (where sync_state in ('sync', 'quorum') and state = 'streaming') > 0
         and current_setting('synchronous_standby_names') <> ''
         and current_setting('synchronous_commit') in ('on', 'remote_apply') then 'synchronous'
       when count(sync_state) = 0 then 'unknown'
       else 'asynchronous' end as standby
     from pg_stat_replication`,
  );
  return standby;
}
