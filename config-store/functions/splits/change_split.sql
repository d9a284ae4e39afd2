-- Moves a split on by one version, with history, audit entry and notification; never past what gateways have served of
-- another history. The caller holds the row's lock.
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
    -- Who gets a candidate that has no share of all subjects yet.
    'audience', case when p_candidate is not null and p_weight = 0 then p_counting -> 'audience' end,
    'tookOut', case when p_took_out <> '{}' then to_jsonb(p_took_out) end, 'reason', p_reason));
  perform pg_notify('sluice_split', p_app || '/' || p_environment);
  if p_release is not null then perform pg_notify('sluice_release', p_release); end if;
  return changed.version;
end $$;
