-- Counts are cumulative: what falls is no measurement.
create or replace function counts_rise(p_from jsonb, p_to jsonb) returns boolean language sql immutable as $$
  select (p_to->>'admitted')::numeric >= (p_from->>'admitted')::numeric and not exists (
    select from jsonb_each(p_from->'guardrails') counter, unnest(array['short', 'long']) horizon,
      unnest(array['exposed', 'bad']) what
    where coalesce((p_to->'guardrails'->counter.key->horizon->>what)::numeric, 0)
      < (counter.value->horizon->>what)::numeric);
$$;
