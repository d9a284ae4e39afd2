-- Up Migration

-- Where gateways have served newer versions than the database knows, they refuse what it writes up to these, and would
-- follow the first write that passes them: with whatever was stable before the writes that are lost, and that may be just
-- what was rolled back (invariant 33). So no write passes them with another stable revision than they serve.
create function refuse_to_pass(p_app text, p_environment text, p_written bigint, p_stable text) returns void
language plpgsql stable as $$
declare
  newest record;
begin
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
    hint = format('Say first what is right: sluice split heal %s.', p_app);
end $$;

-- As before, but never past what gateways have served of another history.
create or replace function change_split(
  p_app text, p_environment text, p_expected bigint, p_kind text, p_operation text,
  p_stable text, p_candidate text, p_weight numeric, p_salt text, p_counting jsonb, p_release text,
  p_took_out text[], p_lease_until timestamptz, p_actor text, p_reason text
) returns bigint language plpgsql as $$
declare
  changed split;
begin
  update split set version = version + 1, stable = p_stable, candidate = p_candidate, weight = p_weight,
    salt = p_salt, counting = p_counting, updated_at = now(),
    release_id = case when p_candidate is null then null else p_release end
  where app = p_app and environment = p_environment and version = p_expected
  returning * into strict changed;
  perform refuse_to_pass(p_app, p_environment, changed.version, p_stable);
  insert into split_history (app, environment, version, stable, candidate, weight, include, exclude, salt, counting,
    release_id, kind, operation_id, took_out, lease_until, reason, actor)
  values (changed.app, changed.environment, changed.version, changed.stable, changed.candidate, changed.weight,
    changed.include, changed.exclude, changed.salt, changed.counting,
    p_release, p_kind, p_operation, p_took_out, p_lease_until, p_reason, p_actor);
  perform append_audit(p_actor, 'split.' || p_kind, p_app, p_environment, p_release, jsonb_build_object(
    'version', changed.version, 'stable', p_stable, 'candidate', p_candidate, 'weight', p_weight,
    'tookOut', case when p_took_out <> '{}' then to_jsonb(p_took_out) end, 'reason', p_reason));
  perform pg_notify('sluice_split', p_app || '/' || p_environment);
  if p_release is not null then perform pg_notify('sluice_release', p_release); end if;
  return changed.version;
end $$;

-- As before; healing that found a revision left behind stands for the rollback that is lost: a press that names nothing is
-- a second one then.
create or replace function was_just_rolled_back(p_app text, p_environment text) returns boolean language sql stable as $$
  select coalesce((
    select kind in ('rollback', 'heal') from split_history
    where app = p_app and environment = p_environment and (kind <> 'heal' or details ? 'condemned')
      and not (kind = 'rollback' and took_out = '{}')
    order by version desc limit 1), false);
$$;
