-- Makes the candidate of a release stable, and the release promoted, whatever has passed; for `promote_candidate`, which asks.
-- A promotion makes its revision good, whatever was found of it earlier. Where the plan says so, its holdback goes on as a guard.
create or replace function make_stable(
  p_release text, p_operation text, p_expected bigint, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stored bigint;
  written bigint;
begin
  rel := lock_release(p_release);
  select version into stored from split_history
  where app = rel.app and environment = rel.environment and operation_id = p_operation;
  if found then return jsonb_build_object('kind', 'repeated', 'version', stored); end if;
  if rel.state <> 'progressing' then
    return jsonb_build_object('kind', 'not-progressing', 'state', rel.state);
  end if;
  select * into cur from split where app = rel.app and environment = rel.environment for no key update;
  if cur.version is distinct from p_expected then
    return jsonb_build_object('kind', 'moved', 'version', cur.version);
  end if;
  if cur.candidate is distinct from rel.revision then
    raise exception 'Release % has put no candidate on the traffic of %.', p_release, rel.app using errcode = 'SL409';
  end if;
  written := change_split(rel.app, rel.environment, p_expected, 'promote', p_operation, cur.candidate, null, 0,
    cur.salt, null, p_release, '{}', null, p_actor, p_reason);
  perform clear_condemnation(rel.app, rel.environment, rel.revision, 'promotion', p_release, p_actor, p_reason);
  perform move_release(p_release, 'promoted', p_reason, p_actor, null);
  if not open_guard(rel, cur, written) then
    delete from lease where app = rel.app and environment = rel.environment;
  end if;
  perform append_audit(p_actor, 'release.promoted', rel.app, rel.environment, p_release,
    jsonb_build_object('reason', p_reason, 'stage', rel.stage));
  return jsonb_build_object('kind', 'written', 'version', written);
end $$;
