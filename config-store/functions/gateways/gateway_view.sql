-- What serves in an environment, as gateways poll it.
create or replace function gateway_view(p_environment text) returns table (
  database_time timestamptz, inactive text[], app text, environment text, version bigint, stable text, candidate text,
  weight numeric, include text[], exclude text[], salt text, counting jsonb, release_id text, sampling text,
  samples_per_second double precision, lease_release_id text, lease_age_ms bigint, lease_ttl_ms integer,
  keeps_fresh boolean, guard jsonb
) language sql stable as $$
  with here as (select gateway_environment(p_environment) as environment),
  living as (
    select greatest(1, count(*)) as gateways from gateway_instance g
    where g.environment = p_environment and g.ended_at is null and g.heartbeat_at > now() - interval '5 seconds'),
  view as (
    select s.*, a.sampling, a.samples_per_second / living.gateways as samples_per_second, l.release_id as lease_release_id,
      l.ttl_ms, (extract(epoch from clock_timestamp() - l.renewed_at) * 1000)::bigint as age_ms,
      keeps_fresh_samples(s.app) as keeps_fresh,
      case when g.release_id is not null then jsonb_build_object('releaseId', g.release_id, 'former', g.former,
        'weight', g.weight, 'counting', g.counting) end as guard
    from here cross join living join split s on s.environment = here.environment join app a on a.name = s.app
      left join guard g on g.app = s.app and g.environment = s.environment and g.closed_at is null
        and g.split_version = s.version
      left join lease l on l.app = s.app and l.environment = s.environment
        and l.release_id = coalesce(s.release_id, g.release_id))
  select clock_timestamp(),
    array(select a.name from app a where not exists
      (select from split s where s.app = a.name and s.environment = p_environment)),
    v.app, v.environment, v.version, v.stable, v.candidate, v.weight, v.include, v.exclude, v.salt, v.counting,
    v.release_id, v.sampling, v.samples_per_second, v.lease_release_id, v.age_ms, v.ttl_ms, v.keeps_fresh, v.guard
  from (values (1)) as one left join view v on true;
$$;
