-- What of a release somebody has to know who does not look at it. One that has served and ends is a rollback, which its
-- split tells of.
create or replace function tell_of_release() returns trigger language plpgsql as $$
declare
  told text;
begin
  told := case
    when new.state is distinct from old.state and new.state in ('blocked', 'paused') then new.state
    when new.state is distinct from old.state and new.state = 'inconclusive' and not exists (select from split_history
      where app = new.app and environment = new.environment and release_id = new.id and candidate is not null)
      then 'inconclusive'
    when new.waits_on = 'approval' and (old.waits_on is distinct from 'approval' or new.stage is distinct from old.stage)
      then 'needs_approval' end;
  if told is not null then
    perform tell_webhooks(new.app, new.environment, told, new.id, jsonb_build_object(
      'label', (select label from revision where app = new.app and digest = new.revision),
      'state', new.state, 'stage', new.stage, 'reason', new.reason, 'decidedBy', new.decided_by, 'served', false,
      'waitsFor', new.waits_for, 'waitsUntil', new.waits_until));
  end if;
  return null;
end $$;
