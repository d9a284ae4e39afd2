-- The ids of the keys that fresh samples of an environment are sealed with.
create or replace function fresh_key_ids(p_environment text) returns setof text language sql stable as $$
  select distinct encode(substring(body from 5 for 8), 'hex') from fresh_sample
  where environment = p_environment and expires_at > clock_timestamp() and substring(body from 1 for 4) = '\x736c7502'::bytea;
$$;
