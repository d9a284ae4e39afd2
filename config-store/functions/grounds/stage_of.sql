-- The stage that wrote a version of a split; null where none of this release did.
create or replace function stage_of(p_operation text, p_release text) returns text language sql immutable as $$
  select nullif(split_part(substr(p_operation, length(p_release) + 2), '/', 1), '')
  where starts_with(p_operation, p_release || '/');
$$;
