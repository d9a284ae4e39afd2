-- Whoever writes it, no share is raised to what is not approved; the approvals that it was raised by are noted.
create or replace function guard_raise() returns trigger language plpgsql as $$
declare
  rel release;
  -- An audience has the candidate at no share of all subjects, which is more than nothing.
  before numeric := -1;
  demanded record;
  given bigint[];
begin
  if new.release_id is null or new.candidate is null then return new; end if;
  if tg_op = 'UPDATE' and old.release_id = new.release_id then before := old.weight; end if;
  if new.weight <= before then return new; end if;
  select * into rel from release where id = new.release_id;
  for demanded in select * from demanded_approvals(rel) as d where d.weight > before and d.weight <= new.weight loop
    given := array(select id from valid_approvals(rel, demanded.stage));
    if cardinality(given) < demanded.needed then
      raise exception '% of release % is not approved (% of %).', demanded.stage, rel.id, cardinality(given),
        demanded.needed using errcode = 'SL409', hint = 'See what it waits for: sluice release status ' || rel.id;
    end if;
    update approval set used_at = now() where id = any (given) and used_at is null;
  end loop;
  update release set waits_on = null, waits_for = null, waits_since = null, waits_until = null
  where id = rel.id and waits_on is not null;
  return new;
end $$;
