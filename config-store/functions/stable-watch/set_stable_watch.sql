-- Sets how an app's stable revision is watched; what is so already is neither written nor recorded. One that is switched off
-- keeps nobody from anything any more.
create or replace function set_stable_watch(
  p_app text, p_enabled boolean, p_every text, p_calls integer, p_usd numeric, p_actor text, p_reason text
) returns void language plpgsql as $$
begin
  if exists (select from stable_watch where app = p_app
      and (enabled, every, calls_per_day) = (p_enabled, p_every, p_calls)
      and usd_per_day is not distinct from p_usd) then
    return;
  end if;
  insert into stable_watch as w (app, enabled, every, calls_per_day, usd_per_day)
  values (p_app, p_enabled, p_every, p_calls, p_usd)
  on conflict (app) do update set enabled = excluded.enabled, every = excluded.every,
    calls_per_day = excluded.calls_per_day, usd_per_day = excluded.usd_per_day, changed_at = now();
  if not p_enabled then perform end_stable_watch_alarm(p_app); end if;
  perform append_audit(p_actor, 'stable-watch.set', p_app, 'production', null, jsonb_build_object('enabled', p_enabled,
    'every', p_every, 'callsPerDay', p_calls, 'usdPerDay', p_usd, 'reason', p_reason));
end $$;
