-- The columns of a row that are held.
create or replace function state_columns(p_row jsonb, p_volatile text[]) returns text[] language sql immutable as $$
  select array_agg(key order by key collate "C") from jsonb_object_keys(p_row) key where key <> all (p_volatile);
$$;
