-- Lets another run take an open release over from that which the caller has seen to be stuck; false where it is another
-- run's by now. Idempotent while the new run has not asked for it.
create or replace function begin_restart(p_release text, p_first_run text, p_actor text, p_reason text)
returns boolean language plpgsql as $$
declare
  rel release;
  place text;
begin
  select * into rel from release where id = p_release for no key update;
  if not found or rel.closed_at is not null or rel.first_run_id is distinct from p_first_run then return false; end if;
  select (state ->> 'stage') || '/' || (state ->> 'splitVersion') into place
  from release_progress where release_id = p_release;
  update release set restarting = true, restart_place = place, restarted_at = now(), updated_at = now(),
    restarts = case when restart_place is not distinct from place and restarted_at > now() - interval '10 minutes'
      then restarts + 1 else 1 end
  where id = p_release;
  perform append_audit(p_actor, 'release.restarted', rel.app, rel.environment, p_release,
    jsonb_build_object('reason', p_reason, 'firstRunId', p_first_run, 'stage', rel.stage));
  return true;
end $$;
