-- Keeps what was told of answers, the first of a name for each; gives those that are new as [ref, name], and as
-- [ref, name, "full"] those that are not kept: of an answer at most 32 names are, for they lie here for a month.
create or replace function store_feedback(p_environment text, p_told jsonb) returns setof jsonb language sql as $$
  with told as (
    select gateway_environment(p_environment) as environment, row.* from jsonb_to_recordset(p_told) as row
      (app text, ref text, name text, value jsonb, at timestamptz, arm text, "splitVersion" bigint, "answeredAt" timestamptz)
    where exists (select from app known where known.name = row.app)
  ), fresh as (
    select told.*, row_number() over (partition by app, ref order by name) + (
      select count(*) from feedback f
      where f.environment = told.environment and f.app = told.app and f.ref = told.ref) > 32 as is_full
    from told
    where not exists (select from feedback f where f.environment = told.environment and f.app = told.app
      and f.ref = told.ref and f.name = told.name)
  ), kept as (
    insert into feedback (environment, app, ref, name, value, at, arm, split_version, answered_at)
    select environment, app, ref, name, value, at, arm, "splitVersion", "answeredAt" from fresh where not is_full
    order by app, ref, name
    on conflict do nothing
    returning ref, name
  )
  select jsonb_build_array(ref, name) from kept
  union all
  select jsonb_build_array(ref, name, 'full') from fresh where is_full;
$$;
