-- What a release has to be approved for: [{stage, weight, count}].
create or replace function demanded_approvals(p_release release)
returns table (stage text, weight numeric, needed integer) language sql stable as $$
  select d ->> 'stage', (d ->> 'weight')::numeric, (d ->> 'count')::integer
  from jsonb_array_elements(coalesce(p_release.policy #> '{approvals,stages}', '[]')) as d;
$$;
