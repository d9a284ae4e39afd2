-- Keeps what was told of answers, the first of a name for each; gives those that are new as [ref, name].
create or replace function store_feedback(p_environment text, p_told jsonb) returns setof jsonb language sql as $$
  insert into feedback (environment, app, ref, name, value, at, arm, split_version, answered_at)
  select gateway_environment(p_environment), app, ref, name, value, at, arm, "splitVersion", "answeredAt"
  from jsonb_to_recordset(p_told) as row
    (app text, ref text, name text, value jsonb, at timestamptz, arm text, "splitVersion" bigint, "answeredAt" timestamptz)
  where exists (select from app known where known.name = row.app)
  order by app, ref, name
  on conflict do nothing
  returning jsonb_build_array(ref, name);
$$;
