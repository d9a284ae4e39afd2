-- Subjects that were charged in these releases since then, in the environment of who asks.
create or replace function gateway_charges(p_releases text[], p_after timestamptz) returns setof charged_subject
language sql stable as $$
  select charged_subject.* from charged_subject join release on release.id = release_id
  where release_id = any (p_releases) and (p_after is null or at > p_after - interval '15 seconds')
    and gateway_environment(release.environment) = release.environment
  order by at;
$$;
