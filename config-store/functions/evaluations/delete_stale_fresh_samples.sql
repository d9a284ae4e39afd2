-- Deletes fresh samples whose time is over, or that may not be kept any more: at most so many, and none that somebody
-- else is at.
create or replace function delete_stale_fresh_samples(p_limit integer) returns bigint language sql as $$
  with stale as (
    select id from fresh_sample
    where expires_at <= clock_timestamp()
      or app = any (array(select name from app where not keeps_fresh_samples(name)))
    limit p_limit for update skip locked),
  gone as (delete from fresh_sample where id in (select id from stale) returning 1)
  select count(*) from gone;
$$;
