-- A revision was found dead, and it is where one press would go: nothing older lives. Told once an hour at most, for each
-- gateway finds it by itself, and finds it again once it was started anew. It never ends what a gateway answers.
create or replace function tell_of_way_back() returns trigger language plpgsql as $$
declare
  way jsonb;
begin
  if new.outcome <> 'dead' or (tg_op = 'UPDATE' and old.outcome = 'dead') then return null; end if;
  begin
    way := way_back_now(new.app, new.environment);
    if way ->> 'target' is distinct from new.revision or way ->> 'outcome' is distinct from 'dead' or exists (
        select from webhook_message where app = new.app and environment = new.environment and event = 'way_back_dead'
          and facts ->> 'revision' = new.revision and created_at > clock_timestamp() - interval '1 hour') then
      return null;
    end if;
    perform tell_webhooks(new.app, new.environment, 'way_back_dead', null, jsonb_build_object('revision', new.revision,
      'label', (select label from revision where app = new.app and digest = new.revision), 'reason', new.reason));
  exception when others then
    raise warning 'webhooks are not told of the way back of % in % (%)', new.app, new.environment, sqlerrm;
  end;
  return null;
end $$;
