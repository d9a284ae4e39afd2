-- Lets releases go on though the stable watch alarms, until a good run ends the alarm, or another revision is stable. Returns
-- whether there was one to lift.
create or replace function lift_stable_watch(p_app text, p_actor text, p_reason text) returns boolean language plpgsql as $$
begin
  update stable_watch set lifted_at = clock_timestamp(), lifted_by = p_actor, lifted_reason = p_reason
  where app = p_app and alarm is not null and lifted_at is null;
  if not found then return false; end if;
  perform append_audit(p_actor, 'stable-watch.lifted', p_app, 'production', null, (
    select jsonb_build_object('alarm', alarm, 'says', alarm_says, 'reason', p_reason) from stable_watch where app = p_app));
  perform tell_of_waits(p_app);
  return true;
end $$;
