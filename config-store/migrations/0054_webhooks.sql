-- Up Migration

-- What webhooks are told (docs/decisions/0081): a row is written with what it tells of, and sent afterwards by an API.
create table webhook_message (
  -- `webhook-id`: the same at each attempt.
  id text primary key,
  -- The name that a plan gives it; its URL is the operator's.
  webhook text not null,
  app text not null,
  environment text not null,
  event text not null,
  release_id text,
  -- As it was then; nothing that users or models said.
  facts jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  attempts integer not null default 0,
  -- From when on it may be sent; moved on before each attempt, so that one that dies is made again.
  next_at timestamptz not null default clock_timestamp(),
  last_error text,
  delivered_at timestamptz,
  -- Given up.
  dead_at timestamptz
);
create index webhook_message_waiting on webhook_message (webhook, next_at)
  where delivered_at is null and dead_at is null;
create index webhook_message_newest on webhook_message (app, environment, event, created_at desc);

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
create trigger rollback_is_told after insert on split_history for each row execute function tell_of_rollback();

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
create trigger release_is_told after update on release for each row execute function tell_of_release();

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
create trigger way_back_is_told after insert or update on rehearsal_answer for each row
  execute function tell_of_way_back();

-- Down Migration

drop trigger way_back_is_told on rehearsal_answer;
drop trigger release_is_told on release;
drop trigger rollback_is_told on split_history;
drop function tell_of_way_back();
drop function tell_of_release();
drop function tell_of_rollback();
drop table webhook_message;
