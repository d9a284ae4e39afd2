-- Finds a revision bad, until something clears it.
create or replace function condemn(
  p_app text, p_environment text, p_revision text, p_cause text, p_release text, p_actor text, p_reason text
) returns void language plpgsql as $$
begin
  insert into verdict (app, environment, revision, kind, cause, release_id, actor, reason)
  values (p_app, p_environment, p_revision, 'condemned', p_cause, p_release, p_actor, p_reason);
  perform append_audit(p_actor, 'revision.condemned', p_app, p_environment, p_release,
    jsonb_build_object('revision', p_revision, 'by', p_cause, 'reason', p_reason));
end $$;
