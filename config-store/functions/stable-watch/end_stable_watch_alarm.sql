-- Ends the alarm of an app's stable watch, with the word of who let releases go on in spite of it.
create or replace function end_stable_watch_alarm(p_app text) returns void language plpgsql as $$
begin
  update stable_watch set alarm = null, alarm_says = null, alarm_revision = null, alarm_run = null, alarm_since = null,
    lifted_at = null, lifted_by = null, lifted_reason = null
  where app = p_app and alarm is not null;
  if found then perform tell_of_waits(p_app); end if;
end $$;
