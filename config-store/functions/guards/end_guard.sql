-- Whatever writes a split ends the guard that it had: by then nobody is dealt by it any more.
create or replace function end_guard() returns trigger language plpgsql as $$
declare
  ended guard;
begin
  select * into ended from guard
  where app = new.app and environment = new.environment and closed_at is null and split_version < new.version for update;
  if not found then return new; end if;
  perform close_guard_row(ended,
    case when new.kind = 'rollback' and exists (select from release r where r.id = ended.release_id
      and r.revision = any (new.took_out)) then 'rolled_back' else 'closed' end,
    new.reason, new.actor, nullif(new.release_id, ended.release_id));
  return new;
end $$;
