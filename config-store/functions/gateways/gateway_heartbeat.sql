-- A gateway is alive and has served these versions. Nothing is taken that cannot be so.
create or replace function gateway_heartbeat(
  p_gateway text, p_boot text, p_environment text, p_acks jsonb, p_refusals jsonb, p_fingerprint jsonb, p_ended boolean,
  p_ahead jsonb
) returns void language plpgsql as $$
declare
  wrong text := untrue_heartbeat(p_gateway, p_boot, gateway_environment(p_environment), p_acks, p_refusals,
    p_fingerprint, p_ahead);
begin
  if wrong is not null then
    raise exception 'A heartbeat was refused for %.', wrong using errcode = '22023';
  end if;
  insert into gateway_instance (id, boot_id, environment, acks, refusals, fingerprint, ended_at, ahead)
  values (p_gateway, p_boot, p_environment, p_acks, p_refusals, p_fingerprint, case when p_ended then now() end, p_ahead)
  on conflict (id, boot_id) do update set acks = excluded.acks, refusals = excluded.refusals,
    fingerprint = excluded.fingerprint, ahead = excluded.ahead, heartbeat_at = now(),
    ended_at = coalesce(gateway_instance.ended_at, excluded.ended_at)
    where gateway_instance.environment = excluded.environment;
end $$;
