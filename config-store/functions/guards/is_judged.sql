-- Is a release judged? It is under way, or its guard is.
create or replace function is_judged(p_release text) returns boolean language sql stable as $$
  select exists (select from release where id = p_release and closed_at is null)
    or exists (select from guard where release_id = p_release and closed_at is null);
$$;
