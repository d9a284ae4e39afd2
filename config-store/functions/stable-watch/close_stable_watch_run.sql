-- Keeps what a run has found. One that found stable broken, or its model changed, raises the alarm; a good one ends it; one
-- that is not clear does neither. What was found of a revision that is stable no more is kept, and alarms nobody.
create or replace function close_stable_watch_run(p_run text, p_outcome text, p_says text, p_targets jsonb) returns void
language plpgsql as $$
declare
  run stable_watch_run;
  own stable_watch;
begin
  update stable_watch_run set closed_at = clock_timestamp(), outcome = p_outcome, says = p_says, targets = p_targets
  where id = p_run and closed_at is null returning * into run;
  if not found then return; end if;
  select * into own from stable_watch where app = run.app for update;
  if not exists (select from split where app = run.app and environment = run.environment and stable = run.revision) then
    return;
  end if;
  -- Somebody asked for a run of an app that is not watched: what it found is shown, and nobody would end an alarm.
  if own.enabled is distinct from true then return; end if;
  if p_outcome = 'good' and own.alarm is not null then
    perform end_stable_watch_alarm(run.app);
    perform append_audit('system:stable-watch', 'stable-watch.recovered', run.app, run.environment, null,
      jsonb_build_object('run', run.id, 'was', own.alarm, 'says', p_says));
  elsif p_outcome in ('broken', 'changed') then
    -- Another finding about the same revision leaves the word of who has lifted it, unless it is a worse one.
    update stable_watch set alarm = p_outcome, alarm_says = p_says, alarm_revision = run.revision, alarm_run = run.id,
      alarm_since = case when alarm = p_outcome and alarm_revision = run.revision then alarm_since else clock_timestamp() end,
      lifted_at = case when stays then lifted_at end, lifted_by = case when stays then lifted_by end,
      lifted_reason = case when stays then lifted_reason end
    from (select own.alarm_revision is not distinct from run.revision
      and not (own.alarm = 'changed' and p_outcome = 'broken') as stays) as was
    where app = run.app;
    if own.alarm is distinct from p_outcome or own.alarm_revision is distinct from run.revision then
      perform append_audit('system:stable-watch', 'stable-watch.alarmed', run.app, run.environment, null,
        jsonb_build_object('run', run.id, 'alarm', p_outcome, 'revision', run.revision, 'says', p_says));
      perform tell_of_waits(run.app);
    end if;
  end if;
end $$;
