-- The counts of an arm: no number is missing, below zero or beyond all sense, and no more is bad than was counted.
create or replace function are_counts(p_counts jsonb) returns boolean language sql immutable as $$
  select case when jsonb_typeof(p_counts) = 'object' and jsonb_typeof(p_counts->'latencyBuckets') = 'array'
      and jsonb_typeof(p_counts->'guardrails') = 'object' then
    (select bool_and(coalesce(jsonb_typeof(p_counts->field) = 'number', false)) from unnest(array['admitted', 'completed',
      'failed', 'rescued', 'tokensIn', 'tokensOut', 'retrievalEmpty', 'retrievalError', 'latencySumMs']) field)
    and not jsonb_path_exists(p_counts, '$.** ? (@.type() == "number" && (@ < 0 || @ > 1000000000000000))')
    and case when not p_counts ? 'reasons' then true when jsonb_typeof(p_counts->'reasons') = 'object' then
      (select count(*) <= 64 and coalesce(bool_and(jsonb_typeof(value) = 'number' and length(key) <= 400), true)
        from jsonb_each(p_counts->'reasons')) else false end
    and not exists (
      select from jsonb_each(p_counts->'guardrails') counter, unnest(array['short', 'long']) horizon
      where case when jsonb_typeof(counter.value->horizon->'exposed') = 'number'
          and jsonb_typeof(counter.value->horizon->'bad') = 'number'
        then (counter.value->horizon->>'bad')::numeric > (counter.value->horizon->>'exposed')::numeric else true end)
  else false end;
$$;
