-- Whom a plan gives its candidate first, as a split's counting tells gateways; null where it names nobody.
create or replace function audience_of(p_plan jsonb) returns jsonb language sql immutable as $$
  select case when p_plan -> 'audience' is not null then jsonb_build_object('weight', p_plan #> '{audience,weight}',
    'labels', coalesce(p_plan #> '{audience,labels}', '{}'), 'subjects', coalesce(p_plan #> '{audience,subjects}', '[]')) end;
$$;
