-- Makes a condemned revision good again; without effect on any other.
create or replace function clear_condemnation(
  p_app text, p_environment text, p_revision text, p_cause text, p_release text, p_actor text, p_reason text
) returns void language plpgsql as $$
declare
  standing verdict := condemnation(p_app, p_environment, p_revision);
begin
  if standing.id is null then return; end if;
  insert into verdict (app, environment, revision, kind, cause, release_id, actor, reason)
  values (p_app, p_environment, p_revision, 'cleared', p_cause, p_release, p_actor, p_reason);
  perform append_audit(p_actor, 'revision.cleared', p_app, p_environment, p_release, jsonb_build_object(
    'revision', p_revision, 'by', p_cause, 'reason', p_reason, 'condemnedBy', standing.cause,
    'condemnedFor', standing.reason));
end $$;
