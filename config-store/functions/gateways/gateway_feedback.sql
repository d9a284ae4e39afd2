-- What was told of answers of an environment since then, or in the last hour, and a little of before once more: a row can
-- become visible a few seconds after its time.
create or replace function gateway_feedback(p_environment text, p_after timestamptz) returns setof feedback
language sql stable as $$
  select * from feedback
  where environment = gateway_environment(p_environment)
    and received_at > coalesce(p_after - interval '15 seconds', now() - interval '1 hour')
  order by received_at;
$$;
