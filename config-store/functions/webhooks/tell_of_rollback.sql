-- Whatever takes a revision off the traffic writes a version of the split that says so.
create or replace function tell_of_rollback() returns trigger language plpgsql as $$
begin
  if new.kind = 'rollback' and new.took_out <> '{}' then
    perform tell_webhooks(new.app, new.environment, 'rolled_back', new.release_id, jsonb_build_object(
      'label', (select label from revision where app = new.app and digest = new.took_out[1]),
      'reason', new.reason, 'decidedBy', new.actor, 'state', 'rolled_back', 'served', true));
  end if;
  return null;
end $$;
