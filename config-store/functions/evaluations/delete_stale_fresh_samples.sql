-- Deletes fresh samples whose time is over, or that may not be kept any more, and such live answers, also those of releases
-- that are over: at most so many of each, and none that somebody else is at.
create or replace function delete_stale_fresh_samples(p_limit integer) returns bigint language sql as $$
  with stale as (
    select id from fresh_sample
    where expires_at <= clock_timestamp()
      or app = any (array(select name from app where not keeps_fresh_samples(name)))
    limit p_limit for update skip locked),
  gone as (delete from fresh_sample where id in (select id from stale) returning 1),
  stale_answers as (
    select a.id from live_answer a
    -- Whoever scores them counts those that expire; where nobody does, they go all the same.
    where a.expires_at <= clock_timestamp() - interval '1 minute'
      or a.app = any (array(select name from app where not keeps_fresh_samples(name)))
      or not is_judged(a.release_id)
    limit p_limit for update of a skip locked),
  gone_answers as (delete from live_answer where id in (select id from stale_answers) returning 1)
  select (select count(*) from gone) + (select count(*) from gone_answers);
$$;
