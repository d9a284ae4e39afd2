-- How many samples there are, by app and environment: of the one that is named, else of all. Figures alone. `fresh`,
-- `whole` (redaction has altered nothing) and `unknown` (of before) can be asked again; `altered` cannot, but where it is
-- among the fresh as well.
create or replace function sample_stock(p_app text default null, p_environment text default null)
returns table (app text, environment text, fresh bigint, fresh_bytes bigint, fresh_since timestamptz,
  whole bigint, altered bigint, unknown bigint, kept_bytes bigint, whole_since timestamptz, last_hour bigint,
  overdue bigint, keeps_fresh boolean) language sql stable as $$
  with kept as (
    select s.app, s.environment, count(*) filter (where s.altered = false) as whole,
      count(*) filter (where s.altered) as altered, count(*) filter (where s.altered is null) as unknown,
      sum(octet_length(s.body)) as bytes, min(s.created_at) filter (where s.altered is not true) as since,
      count(*) filter (where s.altered = false and s.created_at > now() - interval '1 hour') as last_hour
    from sample s
    where s.body is not null and s.expires_at > now() and (p_app is null or s.app = p_app)
      and (p_environment is null or s.environment = p_environment)
    group by 1, 2),
  fresh as (
    select f.app, f.environment, count(*) filter (where f.expires_at > clock_timestamp()) as fresh,
      sum(octet_length(f.body)) as bytes, min(f.created_at) filter (where f.expires_at > clock_timestamp()) as since,
      count(*) filter (where f.expires_at <= clock_timestamp()) as overdue
    from fresh_sample f
    where (p_app is null or f.app = p_app) and (p_environment is null or f.environment = p_environment)
    group by 1, 2)
  select app, environment, case when keeps then coalesce(fresh, 0) else 0 end, coalesce(fresh.bytes, 0)::bigint, fresh.since,
    coalesce(whole, 0), coalesce(altered, 0), coalesce(unknown, 0), coalesce(kept.bytes, 0)::bigint, kept.since,
    coalesce(last_hour, 0) + case when keeps then coalesce(fresh, 0) else 0 end, coalesce(overdue, 0), keeps
  from kept full join fresh using (app, environment)
    cross join lateral (select keeps_fresh_samples(app) as keeps) allowed;
$$;
