-- Applications that decide themselves go by these versions of splits ([{app, name, bootId, version, ended}]). What cannot be
-- so is left out: whoever said it is not heard of, and nobody waits for it.
create or replace function client_acks(p_environment text, p_acks jsonb) returns void language sql as $$
  insert into split_client (environment, app, name, boot_id, version, ended_at)
  select distinct on (app, name, "bootId") gateway_environment(p_environment), app, name, "bootId", version,
    case when ended then clock_timestamp() end
  from jsonb_to_recordset(p_acks) as told (app text, name text, "bootId" text, version bigint, ended boolean)
  where name ~ '^[^[:cntrl:]]{1,100}$' and "bootId" ~ '^[^[:cntrl:]]{1,100}$'
    and version between 1 and newest_version(app, p_environment)
  order by app, name, "bootId", version desc
  on conflict (environment, app, name, boot_id) do update set heartbeat_at = clock_timestamp(),
    version = greatest(split_client.version, excluded.version),
    ended_at = coalesce(split_client.ended_at, excluded.ended_at);
$$;
