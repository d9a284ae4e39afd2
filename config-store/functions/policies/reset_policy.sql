-- Takes a scope's own policy out of force. Returns its version and whether there was one to take.
create or replace function reset_policy(p_scope text, p_actor text, p_reason text) returns jsonb language plpgsql as $$
declare
  newest policy;
begin
  perform pg_advisory_xact_lock(hashtextextended('sluice-policy/' || p_scope, 0));
  select * into newest from policy where scope = p_scope order by version desc limit 1;
  if newest.body is null then
    return jsonb_build_object('version', coalesce(newest.version, 0), 'reset', false);
  end if;
  insert into policy (scope, version, actor, reason)
  values (p_scope, newest.version + 1, p_actor, p_reason) returning * into newest;
  perform append_audit(p_actor, 'policy.reset', nullif(p_scope, '*'), null, null, jsonb_build_object(
    'scope', p_scope, 'version', newest.version, 'reason', p_reason));
  return jsonb_build_object('version', newest.version, 'reset', true);
end $$;
