-- Nor does anything become stable past a stage that had to be approved.
create or replace function guard_promotion() returns trigger language plpgsql as $$
declare
  demanded record;
begin
  if new.closed_at is not null then
    new.waits_on := null; new.waits_for := null; new.waits_since := null; new.waits_until := null;
  end if;
  if new.state <> 'promoted' or old.state = 'promoted' then return new; end if;
  for demanded in select * from demanded_approvals(new) loop
    if (select count(distinct subject) from approval where release_id = new.id and stage = demanded.stage
        and revision = new.revision and used_at is not null) < demanded.needed then
      raise exception 'Release % was never approved for %.', new.id, demanded.stage using errcode = 'SL409';
    end if;
  end loop;
  return new;
end $$;
