-- The newest look of a release's guard; all null where there is none.
create or replace function newest_guard_look(p_release text) returns evidence language sql stable as $$
  select e from evidence e where e.release_id = p_release and e.stage = 'guard' order by look desc limit 1;
$$;
