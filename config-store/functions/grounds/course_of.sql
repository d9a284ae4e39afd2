-- The steps of a plan in the order and with the weights in which they are served, as activities/looks/judging/course.ts has them.
-- An audience comes before them, at no share of all subjects. The comparison that an alarm leads to has no place in the order.
create or replace function course_of(p_plan jsonb)
returns table (place integer, stage text, weight numeric, hold_ms bigint, min_exposures integer)
language sql immutable as $$
  with given as (
    select n::integer as place, 'canary-' || (step ->> 'weight') as stage,
      (step ->> 'weight')::numeric - case (step ->> 'weight')::numeric when 100 then (p_plan ->> 'holdback')::numeric
        else 0 end as weight,
      duration_ms(step ->> 'hold') as hold_ms, (step ->> 'minExposures')::integer as min_exposures
    from jsonb_array_elements(p_plan -> 'steps') with ordinality as s (step, n)),
  last as (select * from given order by place desc limit 1)
  select 0, 'audience', 0::numeric, duration_ms(p_plan #>> '{audience,hold}'), (p_plan #>> '{audience,minExposures}')::integer
  where p_plan -> 'audience' is not null
  union all
  select * from given
  union all
  select place + 1, 'full', 100, duration_ms(p_plan ->> 'settle') + least(30000, ceil(hold_ms / 4.0))::bigint, min_exposures
  from last where weight <> 100
  union all
  select null, 'compare', 50, hold_ms, greatest(min_exposures, 50) from last;
$$;
