-- The ids of the keys that the samples of an environment are sealed with, as their first bytes say: of the newest and
-- the oldest of each app, which tells a key that was changed from one that is wrong.
create or replace function sample_key_ids(p_environment text) returns setof text language sql stable as $$
  select distinct encode(substring(body from 5 for 8), 'hex')
  from split
  cross join lateral (
    (select body from sample where app = split.app and environment = split.environment and body is not null
      and expires_at > now() order by created_at desc limit 20)
    union all
    (select body from sample where app = split.app and environment = split.environment and body is not null
      and expires_at > now() order by created_at limit 20)
  ) sealed
  where split.environment = p_environment and substring(body from 1 for 4) = '\x736c7502'::bytea
$$;
