-- What was told of these events ([{app, name}]; all where nothing is said, as a gateway of before asks) of an environment
-- since then, or in the last minute, and a little of before once more: a row can become visible a few seconds after its
-- time. Never of over an hour ago: no unit waits for longer, and a gateway that has not listened for days is not told of them.
create or replace function gateway_feedback(p_environment text, p_after timestamptz, p_events jsonb default null)
returns setof feedback language sql stable as $$
  select * from feedback
  where environment = gateway_environment(p_environment)
    and received_at > greatest(coalesce(p_after - interval '15 seconds', now() - interval '1 minute'), now() - interval '1 hour')
    and (p_events is null or p_events @> jsonb_build_array(jsonb_build_object('app', app, 'name', name)))
  order by received_at;
$$;
