-- How requests count that a release has dealt by a split version: as its split says, or its guard's. Null where it has dealt
-- none by it.
create or replace function counting_of(p_release text, p_version bigint) returns jsonb language sql stable as $$
  select coalesce(h.counting, g.counting)
  from release r
    join split_history h on h.app = r.app and h.environment = r.environment and h.version = p_version and h.release_id = r.id
    left join guard g on g.release_id = r.id and g.split_version = h.version
  where r.id = p_release;
$$;
