-- The start of a release ends the guard of the one before it: what is stable then is what it is compared with.
create or replace function end_guard_before() returns trigger language plpgsql as $$
declare
  cur split;
begin
  if not exists (select from guard where app = new.app and environment = new.environment and closed_at is null) then
    return new;
  end if;
  select * into cur from split where app = new.app and environment = new.environment for no key update;
  -- Somebody was quicker.
  if not exists (select from guard where app = new.app and environment = new.environment and closed_at is null
      and split_version = cur.version) then
    return new;
  end if;
  perform change_split(new.app, new.environment, cur.version, 'promote', new.id || '/ends-guard', cur.stable, null, 0,
    cur.salt, null, new.id, '{}', null, new.actor, 'release ' || new.id || ' begins');
  return new;
end $$;
