-- Who else somebody is: `people` of the app's policy, and of that of all apps. Every name of everybody who is meant, in
-- lower case.
create or replace function same_people(p_app text, p_names text[]) returns text[] language sql stable as $$
  with recursive in_force as (
    select distinct on (scope) body from policy where scope in (p_app, '*') order by scope, version desc
  ), person as (
    select array(select lower(name) from jsonb_array_elements_text(
      jsonb_build_array(one -> 'subject') || coalesce(one -> 'also', '[]')) as name) as names
    from in_force, jsonb_array_elements(coalesce(body -> 'people', '[]')) as one
  ), same (name) as (
    select lower(name) from unnest(p_names) as name where name is not null
    union
    select each from same join person on same.name = any (person.names) cross join unnest(person.names) as each
  )
  select coalesce(array_agg(name order by name collate "C"), '{}') from same;
$$;
