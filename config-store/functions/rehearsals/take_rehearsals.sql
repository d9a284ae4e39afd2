-- What a gateway has to try out now; it has taken it then.
create or replace function take_rehearsals(p_environment text, p_gateway text, p_boot text default '')
returns table (app text, revision text) language sql as $$
  update rehearsal set claimed_at = clock_timestamp()
  from (
    select asked.app, asked.environment, asked.revision from rehearsal asked
    where asked.environment = gateway_environment(p_environment)
      and (asked.answered_at is null or asked.answered_at < asked.asked_at)
      and (asked.claimed_at is null or asked.claimed_at < clock_timestamp() - interval '20 seconds')
      and not exists (select from rehearsal_answer mine where mine.app = asked.app
        and mine.environment = asked.environment and mine.revision = asked.revision
        and mine.gateway_id = p_gateway and mine.boot_id = p_boot and mine.at >= asked.asked_at)
    order by asked.asked_at limit 4 for update skip locked) as free
  where rehearsal.app = free.app and rehearsal.environment = free.environment and rehearsal.revision = free.revision
  returning rehearsal.app, rehearsal.revision;
$$;
