-- For how long a version of a split has been looked at, in milliseconds by the database's clock. Between two looks no
-- more counts than a candidate lives without one.
create or replace function held_ms(p_release release, p_version bigint, p_until timestamptz) returns bigint language sql stable as $$
  with seen as (
    select at from split_history
    where app = p_release.app and environment = p_release.environment and version = p_version
    union all
    select measured_at from evidence
    where release_id = p_release.id and split_version = p_version and measured_at <= p_until
    union all
    select p_until),
  gaps as (select extract(epoch from at - lag(at) over (order by at)) * 1000 as ms from seen)
  select coalesce(sum(least(ms, duration_ms(p_release.plan ->> 'lease') + 30000)), 0)::bigint
  from gaps where ms is not null;
$$;
