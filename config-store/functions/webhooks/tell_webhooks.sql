-- Puts a message for each webhook that the plan names for such an event: the plan of that release, or of the newest one of
-- the app there. It is told in the transaction of what it tells of, and never ends that: a rollback matters more than its
-- news, so what goes wrong here is a warning of the database.
create or replace function tell_webhooks(
  p_app text, p_environment text, p_event text, p_release text, p_facts jsonb
) returns void language plpgsql as $$
begin
  insert into webhook_message (id, webhook, app, environment, event, release_id, facts)
  select 'msg_' || replace(gen_random_uuid()::text, '-', ''), told.webhook, p_app, p_environment, p_event, p_release,
    jsonb_strip_nulls(p_facts)
  from (
    select distinct named ->> 'to' as webhook
    from (select plan from release where app = p_app and environment = p_environment and id = coalesce(p_release, id)
        order by created_at desc, id desc limit 1) by_plan,
      jsonb_array_elements(case jsonb_typeof(plan -> 'notify') when 'array' then plan -> 'notify' else '[]' end) named
    where not named ? 'of' or named -> 'of' ? p_event) told;
exception when others then
  raise warning 'webhooks are not told that % of % in % (%)', p_event, p_app, p_environment, sqlerrm;
end $$;
