-- The first stable revision of an app in an environment.
create or replace function create_stable(
  p_app text, p_environment text, p_revision text, p_operation text, p_salt text, p_actor text, p_reason text
) returns bigint language plpgsql as $$
declare
  stored bigint;
begin
  insert into split (app, environment, version, stable, salt) values (p_app, p_environment, 1, p_revision, p_salt)
  on conflict (app, environment) do nothing;
  if not found then
    select version into stored from split_history
    where app = p_app and environment = p_environment and operation_id = p_operation;
    if found then return stored; end if;
    raise exception '% already has a stable revision in %.', p_app, p_environment using errcode = 'SL409',
      hint = 'Release the new one: sluice release start.';
  end if;
  insert into split_history (app, environment, version, stable, weight, include, exclude, salt, kind, operation_id,
    reason, actor)
  values (p_app, p_environment, 1, p_revision, 0, '{}', '{}', p_salt, 'create', p_operation, p_reason, p_actor);
  perform append_audit(p_actor, 'split.create', p_app, p_environment, null,
    jsonb_build_object('version', 1, 'stable', p_revision, 'reason', p_reason));
  perform pg_notify('sluice_split', p_app || '/' || p_environment);
  return 1;
end $$;
