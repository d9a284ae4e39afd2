-- Refuses to write past what gateways have served of another history. Where a person says what is to serve, and past the
-- control plane, nothing that gateways tell stands in the way: it may be told falsely, and the press is what counts then
-- (invariants 7 and 20).
create or replace function refuse_to_pass(p_app text, p_environment text, p_written bigint, p_stable text) returns void
language plpgsql stable as $$
declare
  newest record;
begin
  if current_setting('sluice.person_decides', true) = 'on' then return; end if;
  select (ahead->p_app->>'version')::bigint as version, ahead->p_app->>'stable' as stable, id into newest
  from gateway_instance
  where environment = p_environment and ended_at is null and heartbeat_at > clock_timestamp() - interval '1 minute'
    and ahead ? p_app and (ahead->p_app->>'version')::bigint < p_written
    and ahead->p_app->>'stable' is distinct from p_stable
    -- What it says may be older than the healing.
    and (ahead->p_app->>'version')::bigint > coalesce((select max(version) from split_history
      where app = p_app and environment = p_environment and kind = 'heal'), 0)
  order by 1 desc limit 1;
  if not found then return; end if;
  raise exception 'The database has lost writes of % in %: % serves % since a version % that is not known here.',
    p_app, p_environment, newest.id, label_of(p_app, newest.stable), newest.version using errcode = 'SL409',
    hint = format('Say first what is right: sluice split heal %s. Or name what is to serve, if that is not so or cannot wait: sluice rollback %s --to LABEL.', p_app, p_app);
end $$;
