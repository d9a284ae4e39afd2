-- One name for everybody who is the same.
create or replace function person_of(p_app text, p_name text) returns text language sql stable as $$
  select (same_people(p_app, array[p_name]))[1];
$$;
