-- Publishes a policy; the one in force published again stays as it is. Returns its version and whether it is new.
create or replace function publish_policy(p_scope text, p_body jsonb, p_digest text, p_actor text, p_reason text)
returns jsonb language plpgsql as $$
declare
  newest policy;
begin
  -- Two admins at once: one after the other.
  perform pg_advisory_xact_lock(hashtextextended('sluice-policy/' || p_scope, 0));
  select * into newest from policy where scope = p_scope order by version desc limit 1;
  if newest.digest = p_digest then
    return jsonb_build_object('version', newest.version, 'created', false);
  end if;
  insert into policy (scope, version, body, digest, actor, reason)
  values (p_scope, coalesce(newest.version, 0) + 1, p_body, p_digest, p_actor, p_reason) returning * into newest;
  perform append_audit(p_actor, 'policy.published', nullif(p_scope, '*'), null, null, jsonb_build_object(
    'scope', p_scope, 'version', newest.version, 'digest', p_digest, 'reason', p_reason));
  return jsonb_build_object('version', newest.version, 'created', true);
end $$;
