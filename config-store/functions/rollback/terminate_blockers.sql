-- Ends sessions that sit on a split: those that hold a write lock on splits or releases in a transaction older than that and
-- wait for nobody themselves. Only where the rows that a rollback needs are really locked, and never the sessions of the
-- press itself, which has a name of its own: one that is slow must not be ended by its own watcher.
create or replace function terminate_blockers(p_app text, p_environment text, p_older_than_ms integer)
returns table (pid integer, application_name text, age_ms bigint) language plpgsql as $$
declare
  free boolean;
begin
  free := exists (select from split where app = p_app and environment = p_environment for no key update skip locked)
    and (select count(*) from release where app = p_app and environment = p_environment and closed_at is null)
      = (select count(*) from (select from release where app = p_app and environment = p_environment
          and closed_at is null for no key update skip locked) as unlocked);
  if free then return; end if;
  -- Materialized: nothing is ended before every condition has been looked at.
  return query
    with blocker as materialized (
      select a.pid, a.application_name, (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::bigint as age_ms
      from pg_stat_activity a
      where a.pid <> pg_backend_pid() and a.datname = current_database()
        and a.application_name is distinct from current_setting('application_name')
        and a.xact_start < clock_timestamp() - p_older_than_ms * interval '1 millisecond'
        and a.wait_event_type is distinct from 'Lock'
        and exists (select from pg_locks l where l.pid = a.pid and l.granted and l.locktype = 'relation'
          and l.relation in ('split'::regclass, 'release'::regclass)
          and l.mode in ('RowShareLock', 'RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
            'AccessExclusiveLock'))
    )
    select b.pid, b.application_name, b.age_ms from blocker b where pg_terminate_backend(b.pid);
end $$;
