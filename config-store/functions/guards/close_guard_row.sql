-- Writes down how a guard has ended, with what was not decided by then, and ends its lease.
create or replace function close_guard_row(
  p_guard guard, p_outcome text, p_reason text, p_actor text, p_closed_by text
) returns void language plpgsql as $$
declare
  newest evidence := newest_guard_look(p_guard.release_id);
  held bigint := 0;
begin
  if newest.measured_at is not null then
    held := held_ms((select r from release r where r.id = p_guard.release_id), p_guard.split_version, newest.measured_at);
  end if;
  update guard set closed_at = now(), outcome = p_outcome, reason = p_reason, decided_by = p_actor,
    closed_by = p_closed_by, undecided = jsonb_build_object('heldMs', held, 'holdMs', hold_ms,
      'guardrails', coalesce(newest.judgement -> 'guardrails', '[]'))
  where release_id = p_guard.release_id;
  delete from lease where app = p_guard.app and environment = p_guard.environment and release_id = p_guard.release_id;
  perform append_audit(p_actor, 'guard.' || p_outcome, p_guard.app, p_guard.environment, p_guard.release_id,
    jsonb_strip_nulls(jsonb_build_object('reason', p_reason, 'heldMs', held, 'holdMs', p_guard.hold_ms,
      'closedBy', p_closed_by)));
  perform pg_notify('sluice_release', p_guard.release_id);
end $$;
