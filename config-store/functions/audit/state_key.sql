-- The name of a row.
create or replace function state_key(p_row jsonb, p_keys text[]) returns text language sql immutable as $$
  select string_agg(p_row ->> name, '/' order by place) from unnest(p_keys) with ordinality as k (name, place);
$$;
