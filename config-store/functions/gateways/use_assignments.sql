-- Takes assignments for the one who asks; answers with those that nobody had taken before.
create or replace function use_assignments(p_ids text[]) returns setof text language sql as $$
  insert into used_assignment (id) select distinct id from unnest(p_ids) as id order by id
  on conflict do nothing returning id;
$$;
