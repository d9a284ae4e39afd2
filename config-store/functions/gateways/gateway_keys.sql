-- The keys that are valid in an environment, with a digest of them all; a gateway that names the digest it has gets no
-- keys where they are the same, so that a poll costs next to nothing.
create or replace function gateway_keys(p_environment text, p_known text) returns jsonb language sql stable as $$
  with valid as (
    select jsonb_build_object('id', id, 'name', name, 'hash', encode(hash, 'hex'), 'apps', to_jsonb(apps),
      'scopes', to_jsonb(scopes), 'requestsPerMinute', requests_per_minute, 'inFlight', in_flight) as key
    from gateway_key
    where revoked_at is null
      and (environments is null or gateway_environment(p_environment) = any (environments))
    order by id),
  listed as (select coalesce(jsonb_agg(key), '[]') as keys from valid)
  select case when md5(keys::text) = p_known then jsonb_build_object('digest', p_known)
    else jsonb_build_object('digest', md5(keys::text), 'keys', keys) end
  from listed;
$$;
