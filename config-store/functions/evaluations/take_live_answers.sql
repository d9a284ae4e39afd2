-- Live answers of a release to score next, in the order of their admission, for nobody else until the time is over.
create or replace function take_live_answers(p_release text, p_limit integer, p_claim_ms bigint)
returns table (id uuid, app text, environment text, body bytea) language sql as $$
  with claimed as (
    update live_answer a set claimed_until = clock_timestamp() + p_claim_ms * interval '1 millisecond'
    from (select l.id from live_answer l
      where is_judged(p_release) and l.release_id = p_release and l.claimed_until < clock_timestamp() and l.expires_at > clock_timestamp()
        and keeps_fresh_samples(l.app)
      order by l.admitted_at, l.id limit p_limit for update of l skip locked) next
    where a.id = next.id
    returning a.id, a.app, a.environment, a.body, a.admitted_at)
  select c.id, c.app, c.environment, c.body from claimed c order by c.admitted_at, c.id;
$$;
