-- Asks about what serves as stable and the newest former ones of an app that a press may go back to.
create or replace function ask_way_back(p_app text, p_environment text, p_since timestamptz) returns void language sql as $$
  select ask_rehearsal(p_app, p_environment, revision, p_since)
  from (select revision from former_stables(p_app, p_environment) limit 3) as newest;
$$;
