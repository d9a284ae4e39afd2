-- What cannot be so in a heartbeat; null where nothing is.
create or replace function untrue_heartbeat(
  p_gateway text, p_boot text, p_environment text, p_acks jsonb, p_refusals jsonb, p_fingerprint jsonb, p_ahead jsonb
) returns text language sql stable as $$
  select case
    when not coalesce(p_gateway ~ '^[^[:cntrl:]]{1,200}$' and p_boot ~ '^[^[:cntrl:]]{1,200}$', false) then 'its name'
    when exists (select from unnest(array[p_acks, p_refusals, p_fingerprint, p_ahead]) told
      where jsonb_typeof(told) is distinct from 'object' or octet_length(told::text) > 4000000) then 'its form'
    when exists (select from jsonb_each(p_acks) told
      where not is_served_version(told.value, newest_version(told.key, p_environment))) then 'a version that it serves'
    when exists (select from jsonb_each(p_refusals) told
      where not is_served_version(told.value->'version', newest_version(told.key, p_environment))
        or jsonb_typeof(told.value->'reason') is distinct from 'string') then 'a version that it refuses'
    when exists (select from jsonb_each(p_ahead) told
      where not is_served_version(told.value->'version', newest_version(told.key, p_environment))
        or not is_served_version(told.value->'told', newest_version(told.key, p_environment) - 1000000)
        or coalesce(jsonb_typeof(told.value->'stable'), 'string') <> 'string') then 'a version that it has served'
  end;
$$;
